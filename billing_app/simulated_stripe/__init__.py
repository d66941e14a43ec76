"""A Stripe of our own for demos and tests: it speaks Stripe's language and moves no money."""
