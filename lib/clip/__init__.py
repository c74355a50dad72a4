"""CLIP: models that open_clip builds, and the embedded one that is pretrained here."""
