"""Chapter 08: what CLIP's win is made of."""
