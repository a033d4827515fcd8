"""Questions about decisions that are not being made: why, what if, which one would be allowed."""
