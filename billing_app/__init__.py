"""Quittance: the place where a business, its customers and its partners settle up."""
