"""Analysis -> plan: problem data -> solver -> rounding -> exact tax -> independent verification."""
