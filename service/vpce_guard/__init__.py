"""Policy-as-code admission for AWS VPC endpoints."""

__version__ = "0.1.0"
