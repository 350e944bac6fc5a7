"""Rows in memory, the accounts that own them, the clock and the ids."""
