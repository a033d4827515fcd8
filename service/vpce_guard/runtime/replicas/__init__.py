"""What services that share a database, and answer for one another, share through it."""
