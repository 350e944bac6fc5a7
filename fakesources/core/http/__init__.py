"""HTTP requests and responses: parsing of parameters, masking of secrets, curl commands."""
