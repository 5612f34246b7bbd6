"""Timings, and what the optimizer proves. One thread: the figures are those of one core."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
