"""Texts for people: arguments of public callables, suggestions for wrong names, short values and tables."""
