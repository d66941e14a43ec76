"""How fast a running server answers: `make demo` in one terminal, `make bench` in another."""
