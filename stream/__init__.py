"""The body: how mentions flow through time. The journey of one mention:

1. `adapters` poll a batch per partition: bytes.
2. `events.door` decodes and validates in one step, or refuses with a reason: a dead letter.
3. `windows` keeps the highest revision of each id while its window is open.
4. `enrich` fills in what the producer left out, from the text.
5. `windows` closes what the watermark has passed; what comes later is counted as late.
6. `detectors.brand` scores the window, decides, adds evidence, then learns.
7. `pipeline` hands out an `Outcome`: events, refusals, counts, changed state. It does no IO.
8. `runner` commits all of it and the input offsets in one transaction.
9. `metrics` moves, `health` beats, Prometheus scrapes, somebody is told why.
"""
