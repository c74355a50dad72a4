"""Networks from words to image features: as the paper's failed, and mended."""
