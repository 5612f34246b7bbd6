"""The one store of what is kept: households, profiles, threads, plans, approvals, orders and the audit."""
