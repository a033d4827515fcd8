"""Why each rule fired or not, with the values it saw, and the smallest change that would turn the answer."""
