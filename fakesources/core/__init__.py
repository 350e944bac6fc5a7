"""The engine: one Request in, one Reply out. Knows no vendor's name and no client library."""
