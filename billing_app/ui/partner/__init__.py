"""What a partner looks at."""
