"""What trainings share: the loop, checkpoints, rates, batches, and a loss."""
