"""Household -> analysis: what is held, how far off target, what a sale would do, what the wash-sale rule forbids."""
