"""What can go wrong with an export, apart from its contents (which never break one)."""

from __future__ import annotations


class PrintingError(RuntimeError):
    """No PDF could be made: fonts or templates are missing, or the press failed. The message is a sentence to show."""
