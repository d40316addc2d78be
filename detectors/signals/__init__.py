"""One file per question asked of each window.

================  ===============================================================
`attention`       more talk than usual (the volume detector, behind `score-counts`)
`negativity`      more unhappy people than usual, and a larger share of them
`sentiment`       the mood lower than usual by more than sampling explains
`boycott`         calls to boycott against a baseline of almost none
================  ===============================================================

Each answers with a `Reading`. A reading depends on the log alone, never on a policy or a limit.
"""
