"""The session that a notebook opens, and what only one chapter needs."""
