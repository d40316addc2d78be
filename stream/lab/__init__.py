"""Offline work on the same core: streams of known truth, and what alarms are worth on them.

==============================  ==========================================================================
`scenario`, `wishes`            what happens in a stream, and what it is like otherwise
`stories`, `scenarios`,         draw it: crises and what is none, whole families, single stories, stories on
`singles`, `counted`            real counts
`flow`, `people`                the two noise worlds, written apart
`phrases`, `faults`, `stamps`   what people say; what goes wrong on the way to us; times as text
`simulate`, `truth`             write the stream and what is true about it
`reading`, `reader`, `tally`    one pass over the mentions, beside the core
`rivals`, `ideal`               the rules of other products; a test that knows what is usual
`recorder`, `backtest`          what a policy did; all of it together
`scoring`, `figures`,           alarms against the truth, in numbers, with intervals
`intervals`
`findings`, `report`, `digest`  what a backtest found: as values, as a page, as lines
`tape`, `calibrate`             readings taken down, and limits tried on them
`counts`, `labelled`, `nab`     the volume detector on count series, and the benchmark's score
`sample`, `texts`               what `check-config --sample` and `score-text` say
==============================  ==========================================================================
"""
