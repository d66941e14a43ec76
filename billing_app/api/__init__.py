"""Plain HTTP: the edge that every request and socket passes, and the routes behind it."""
