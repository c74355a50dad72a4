"""The drawn world: illustrated scenes made from records of facts."""
