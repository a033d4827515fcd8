"""Metrics and traces of a running service; decide() knows only `decisions.observer`."""
