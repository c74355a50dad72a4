"""Captioning: a ViT that looks, a GPT-2 that writes, and a search among what it wrote."""
