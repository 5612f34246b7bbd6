"""Timings. Printed, never asserted."""
