"""Helpers of the report: source → split → features → scores → ranks → metrics → record → figure.

Nothing is imported here, so that `make` can check its arguments before anything is installed.
"""
