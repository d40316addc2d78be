"""The mind: what is normal for this brand, is this a crisis, and how bad. Arithmetic only: no IO, no clock.

===================  ==================================================================
question             file
===================  ==================================================================
What did it say?     `text`          from words to numbers: language, polarity, intents
What is one minute?  `window`        counts and small sets of one closed window
Who is speaking?     `authors`       people out of mentions; `distinct` counts them
What was lately?     `recent`        cells of the last six hours and their sums
What is normal?      `baseline`      voices an hour, unhappy share, hour of the day
How far from it?     `signals`       one file per signal; `deviance` has the arithmetic
How bad is it?       `severity`      levels from readings and a policy
What happens now?    `crisis`        the lifecycle, with hysteresis and holds
Why do we say so?    `evidence`      size, drivers, exemplars, spread, a sentence
One brand, whole     `brand`         windows in, transitions out
===================  ==================================================================
"""
