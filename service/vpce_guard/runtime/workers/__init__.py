"""Several processes of one service, the workers: each answers requests on the same port, and a parent starts them.

A worker is very like a replica: its own engine, its own chain in the decision log. What workers share beside the
database lies in a folder of their own.
"""
