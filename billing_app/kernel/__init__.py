"""The ground floor: what every other room may stand on, and which imports none of them."""
