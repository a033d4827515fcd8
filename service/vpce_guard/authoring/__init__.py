"""What policy authors do: build a bundle, scaffold a rule, run examples."""
