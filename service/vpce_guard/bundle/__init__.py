"""A built bundle: its files, its rules, its signature, and the table of its probes."""
