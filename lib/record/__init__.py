"""Rows in, tables out; what makes a record out of date; the paper's numbers."""
