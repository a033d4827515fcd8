"""What callers touch: the REST API, the command line, hooks that other systems call, and reports. Decides nothing."""
