"""Chapter 03's long run."""
