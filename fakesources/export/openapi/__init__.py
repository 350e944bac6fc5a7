"""OpenAPI 3.1 documents, generated from endpoints and schemas."""
