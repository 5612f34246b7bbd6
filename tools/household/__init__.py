"""Rows to household: match accounts, keep every lot, reconcile; what is unknown stays unknown."""
