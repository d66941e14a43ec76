"""What happens while nobody looks: owed jobs worked off, and periodic work."""
