"""The decision log: what was decided, on what, for whom, durable before it is answered and linked by hashes.

`writer` writes, `queries` reads, `chain` proves that nothing was changed, `tables` says what a record is.
"""
