"""Scripted models that fail in every way we know, people who approve in earnest, and a judge that shares no code."""
