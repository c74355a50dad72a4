"""Helpers of the report: each module is one arrow on the way from source to figure.

source → split → features → scores → ranks → metrics → record → table and figure.
Nothing is imported or computed here, so that `make` can check its arguments with
any Python before the environment exists.
"""
