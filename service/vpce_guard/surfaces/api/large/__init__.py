"""A second process of the service: large requests are answered there, so that no small one waits for them.

Threads of one process share an interpreter; a large document would keep it from all. That process has the same
application, asks the same engine and writes the same decision log in a chain of its own.
"""
