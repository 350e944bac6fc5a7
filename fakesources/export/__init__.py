"""Exports of the contract: OpenAPI documents, the list of rules, differences between editions."""
