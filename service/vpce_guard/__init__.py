"""Policy-as-code admission for AWS VPC endpoints."""

__version__ = "0.1.0"

DOCUMENTATION = "https://vpce-guard.example"  # nobody's yet: the one place to name the home of the project
