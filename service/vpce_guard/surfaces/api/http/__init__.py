"""HTTP underneath the routes: connections, callers, limits, problems."""
