"""What a customer looks at."""
