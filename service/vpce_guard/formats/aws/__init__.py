"""AWS's own shapes: members and their types, an endpoint after an operation, endpoint policies."""
