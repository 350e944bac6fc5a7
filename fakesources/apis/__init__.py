"""The APIs that are faked, a package each, and the registry that finds them and others."""
