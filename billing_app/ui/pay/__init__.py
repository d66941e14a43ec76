"""What whoever holds a pay link sees, without being anybody here."""
