"""HTTP messages: requests and responses, parsing of their parameters, masking of their secrets."""
