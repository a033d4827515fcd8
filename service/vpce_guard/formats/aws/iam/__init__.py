"""What IAM knows by name, and what an endpoint policy names that IAM does not; loaded only where it names some."""

from vpce_guard.formats.aws.iam.unknown import unknown_names

__all__ = ["unknown_names"]
