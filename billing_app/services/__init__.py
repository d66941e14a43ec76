"""Commands: everything that changes the books, one verb each, all guarded."""
