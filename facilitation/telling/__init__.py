"""Telling the outcome: a workshop's state put into the sentences and numbers that page, PDF and files print."""

from facilitation.telling.outcome_of import outcome_of

__all__ = ["outcome_of"]
