"""Who asks, what they may see, and the only way to data."""
