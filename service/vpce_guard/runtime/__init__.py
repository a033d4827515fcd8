"""One running service: what decides at this moment, how that is put together, and what is told of it."""
