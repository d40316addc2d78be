"""One file per question asked of each window.

================  ===============================================================
`attention`       more talk than usual (the volume detector, behind `score-counts`)
`negativity`      more unhappy people than usual, and a larger share of them
`sentiment`       the mood lower than usual by more than sampling explains
`drift`           the slow slide of the mood that no single window shows
`boycott`         calls to boycott against a baseline of almost none
`multiple`        an organisation's own rule: so many times the usual number of unhappy people
================  ===============================================================

Each answers with a `Reading`. A reading depends on the log alone, never on a policy or a limit.
"""
