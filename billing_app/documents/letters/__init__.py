"""Letters: what each kind says, in which language, and how it becomes an e-mail."""
