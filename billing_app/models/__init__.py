"""The tables, a file per noun. Import the noun you need: this package imports none of them."""
