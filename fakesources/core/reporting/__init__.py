"""Reports of violations, with the line of the caller."""
