"""The mind: what is normal for this brand, is this a crisis, and how bad. Arithmetic only: no IO, no clock.

===================  ==================================================================
question             file
===================  ==================================================================
What did it say?     `text`          from words to numbers: language, polarity, intents;
                     `observation`   what is kept of a mention
What is one minute?  `window`        small sets of one closed window; `counts` are what adds up
Who is speaking?     `authors`       people out of mentions; `distinct` and `lately` count them
Who stays to argue?  `returning`     unhappy people who came back unhappy
Whose words?         `copies`        the same words said before by somebody else
Whose scores?        `scorers`       new scorers are watched before they are believed
What was lately?     `recent`        the last six hours and their sums; `details` of where and what
What is normal?      `baseline`      voices an hour, unhappy share, platforms, hour of the day
How steady is it?    `dispersion`    beyond chance; `threads`: how much voices come in clusters;
                     `normal`        all of it together, and how it learns
How far from it?     `signals`       one file per signal; `deviance` has the arithmetic
How far is too far?  `limit`         learned from quiet peaks, so that a stated rate holds
How bad is it?       `severity`      levels from readings and a policy
What happens now?    `crisis`        the lifecycle, with hysteresis and holds
Why do we say so?    `evidence`      size, drivers, exemplars, spread, who, a sentence
One brand, whole     `brand`         windows in, transitions out; `packed` keeps its state small,
                     `half_lives` says which parts of it are still of use, `gauges` what
                     a dashboard shows of it
===================  ==================================================================
"""
