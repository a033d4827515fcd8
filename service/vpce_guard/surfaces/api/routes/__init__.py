"""One file a resource of the REST API, each named in surfaces/api/__init__.py."""
