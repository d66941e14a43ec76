"""The books: what moved, between which accounts, and the proof that it adds up."""
