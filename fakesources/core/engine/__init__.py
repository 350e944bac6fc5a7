"""The engine: one request in, one response out; faults and the journal."""
