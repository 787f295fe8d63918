"""The press (see press.py): reads jobs from standard input, answers on standard output."""

from __future__ import annotations

import os

from app.exports.press import serve

if __name__ == "__main__":
    serve(os.fdopen(0, "rb", buffering=0), os.fdopen(1, "wb"))
