"""One file per command; app/cli.py finds them. Heavy imports belong inside the command's function."""
