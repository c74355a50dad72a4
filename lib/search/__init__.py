"""Vectors → scores → ranks → numbers; what a system is."""
