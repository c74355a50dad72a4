"""What trainings share: the loop, checkpoints, rates, batches, and the contrastive loss."""
