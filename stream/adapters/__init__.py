"""The hands: the only rooms that know the outside. Each log adapter is a `stream.ports.Log`.

==========  ====================================================
`memory`    a log in memory: tests, and the embedded demo
`files`     JSON Lines in, JSON Lines out: replay
`kafka`     Apache Kafka: state, events and offsets in one transaction
`http`      `/metrics`, `/-/healthy`, `/-/ready`
==========  ====================================================
"""
