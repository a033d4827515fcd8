"""What there is in accounts, read beforehand and kept by VPC, so that proposals get their context by themselves.

It is kept in the database of the decision log, in tables of its own. What is kept is dated, and whoever takes it says
how old it may be.
"""
