"""Chapter 05's own steps, and its long run."""
