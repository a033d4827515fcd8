"""A second process of the service, the worker: large requests are answered there, so that no small one waits for them.

Threads of one process share an interpreter; a large document would keep it from all. The worker has the same
application, asks the same engine and writes the same decision log in a chain of its own.
"""
