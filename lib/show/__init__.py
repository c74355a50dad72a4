"""Figures, tables, README, the site and the search box."""
