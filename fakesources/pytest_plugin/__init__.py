"""Pytest plugin. pytest loads `plugin`, which imports the other modules when they are needed."""
