"""Exports of the contract: OpenAPI documents, rules, and differences between editions."""
