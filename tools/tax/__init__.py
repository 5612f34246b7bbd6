"""Federal tax on investment gains: the law as data, one file a rule, the whole return with and without."""
