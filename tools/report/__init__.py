"""Papers: past sales as the forms want them, reconciled with what the brokers report."""
