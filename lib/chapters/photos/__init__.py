"""Chapter 10's own steps."""
