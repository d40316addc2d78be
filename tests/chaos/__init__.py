"""Chaos: workers or brokers are killed while mentions flow, and what was told is compared with the replay of them.

==========  =================================================================
`load`      a simulated stream with many crises, and who writes it into a topic
`crew`      workers and their supervisor
`verdict`   what is missing, extra or misplaced of the crisis events
`workers`   SIGKILL for workers at random moments
`nodes`     SIGKILL for the brokers that matter, of three
`hang`      SIGSTOP for the only one
==========  =================================================================
"""
