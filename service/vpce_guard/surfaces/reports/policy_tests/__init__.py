"""Reports of the tests and examples of rules: one file each, with render(results)."""
