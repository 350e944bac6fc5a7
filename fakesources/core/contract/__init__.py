"""The contract of an API as data, and what validates one call against it."""
