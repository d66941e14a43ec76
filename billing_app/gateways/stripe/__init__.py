"""The adapter to Stripe: the only place that speaks to it."""
