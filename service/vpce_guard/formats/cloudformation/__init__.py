"""CloudFormation templates and change sets."""
