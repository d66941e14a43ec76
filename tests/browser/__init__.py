"""A package, so that pytest knows which test is the last one that needs the browser."""
