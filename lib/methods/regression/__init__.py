"""Regressions from words to image features: linear, trees, kernels."""
