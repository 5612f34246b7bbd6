"""Securities: names, classes, what counts as substantially identical, and what can stand in. No prices, no network."""
