"""Screens: a folder for each audience, a file for each screen. They hold no rules."""
