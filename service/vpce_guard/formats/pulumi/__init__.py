"""What Pulumi prints before it changes anything."""
