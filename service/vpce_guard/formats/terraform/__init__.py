"""Terraform plans, with the configuration they hold and, where given, its source."""
