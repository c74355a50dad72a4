"""Chapter 09's own steps."""
