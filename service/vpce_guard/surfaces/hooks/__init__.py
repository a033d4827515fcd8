"""What other systems call: one file each, in their terms."""
