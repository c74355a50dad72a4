"""Chapter 07's own steps, and its long run."""
