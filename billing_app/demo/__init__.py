"""The demo: a small business with a past, made by the same commands that people use."""
