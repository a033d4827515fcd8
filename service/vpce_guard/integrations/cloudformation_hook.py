"""The former address of the CloudFormation hook, which deployed Lambda functions name as their handler."""

from vpce_guard.surfaces.hooks.cloudformation_hook import handler

__all__ = ["handler"]
