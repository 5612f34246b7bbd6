"""Guards around the model and the tools, one a file."""
