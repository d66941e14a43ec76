"""The outside world, in our words. Nothing else speaks to another company's servers."""
