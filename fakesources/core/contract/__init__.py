"""The contract of an API as data, and the validation of a call against it."""
