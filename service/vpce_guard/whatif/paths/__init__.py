"""The paths from clients to an endpoint, hop by hop: what is known to pass, what stops, and what is not known.

The decision comes first: a hop that a violated rule names never passes. Everything else is worked out from the facts of
the proposal, and what they do not tell is not known.
"""
