"""Texts and images → vectors that several families share."""
