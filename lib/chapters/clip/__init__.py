"""Chapter 06's own steps, and its long run."""
