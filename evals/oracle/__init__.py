"""A second opinion, written apart from ``tools`` and importing nothing of it: plain floats, one year, simple cases."""
