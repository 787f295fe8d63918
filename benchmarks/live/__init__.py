"""The live engine beside a floor and a relay: `python -m benchmarks.live` (see __main__.py)."""
