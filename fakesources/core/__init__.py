"""The vendor-neutral part: every API is served by it. Knows no client library."""
