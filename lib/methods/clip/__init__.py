"""CLIP as a method: ways to say a description, hubs, fine-tuning, pretraining."""
