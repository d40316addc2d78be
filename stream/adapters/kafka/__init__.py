"""Apache Kafka: the only room that imports the client.

=============  ================================================================
`connection`   settings to client arguments
`diagnosis`    why a connection did not come about
`log`          the `stream.ports.Log`: consumer group and transactions
`restore`      what a worker begins from: state and offsets of a partition
`rejoin`       keeps a rebalance that ends between two polls
`forgiving`    reads header names that are no UTF-8
`transaction`  writes one transaction, or says that it did not
`network`      keeps a transaction's request when its coordinator dies
`watchdog`     bounds the calls that the client does not bound
`topics`       creates and checks topics
`records`      ingest, re-key and feedback: records in and out by hand
`reset`        drops a group's state and moves its offsets, together
`stretch`      reads from an offset to where a partition ended, for commands
`own_record`   the partitions' own records, for commands
`unreadable`   where a corrupt batch begins, and where it ends
`skip`         leaves a corrupt batch out
`dead_letters` reads dead letters, and writes them to their inputs again
`redriven`     which of them were written again
=============  ================================================================
"""
