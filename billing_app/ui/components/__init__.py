"""The parts that every screen is made of. Each is a function; none knows any state."""
