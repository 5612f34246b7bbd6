"""Deterministic domain code: file -> household -> analysis -> plan. No model, no screen, no clock, no network."""
