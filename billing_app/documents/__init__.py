"""What leaves the house as text or as a file: made from reads, and from nothing else."""
