"""Running the tests and examples of policies, once or on each edit."""
