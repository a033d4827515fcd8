"""Endpoints that already exist, judged: whose they are, how old, what is wrong with them, and what changed since."""
