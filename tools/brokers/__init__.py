"""Broker files to rows. A reader parses one format and nothing else: it neither matches, dates nor judges."""
