"""The embedded world: illustrated scenes that are drawn from records of facts."""
