"""What the people who run a workspace look at."""
