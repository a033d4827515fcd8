"""Rego sources: reading them, their METADATA and syntax trees, and building a bundle of them."""
