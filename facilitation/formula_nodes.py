"""The typed tree of a formula, and why a text is none. See `formula` for the language."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Operator = Literal["+", "-", "*", "/"]
OPERATORS: dict[str, Operator] = {"+": "+", "-": "-", "*": "*", "/": "/"}
OPERATORS |= {
    "×": "*",
    "·": "*",
    "∙": "*",
    "⋅": "*",
    "✕": "*",
    "÷": "/",
    ":": "/",
    "∕": "/",
    "−": "-",
    "–": "-",
    "＋": "+",
}
SHOWN: dict[Operator, str] = {"+": "+", "-": "−", "*": "×", "/": "÷"}
LEVEL: dict[Operator, int] = {"+": 1, "-": 1, "*": 2, "/": 2}


class NumberNode(msgspec.Struct, frozen=True, tag="number"):
    """A literal; dimensionless."""

    value: float
    start: int = 0
    end: int = 0


class RefNode(msgspec.Struct, frozen=True, tag="ref"):
    """A KPI by its id."""

    kpi: str
    start: int = 0
    end: int = 0


class NegNode(msgspec.Struct, frozen=True, tag="neg"):
    """A sign change."""

    operand: Node
    start: int = 0
    end: int = 0


class BinaryNode(msgspec.Struct, frozen=True, tag="binary"):
    """Two parts and an operator."""

    operator: Operator
    left: Node
    right: Node
    start: int = 0
    end: int = 0


Node: TypeAlias = NumberNode | RefNode | NegNode | BinaryNode


class FormulaProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a formula cannot be used, and where: `text[start:end]` of what was given."""

    sentence: str
    start: int = 0
    end: int = 0
    code: str = "FORMULA"


class FormulaError(Exception):
    """Carries a problem out of the depth of the parser; never leaves the package's formula modules."""

    def __init__(self, sentence: str, start: int, end: int, code: str = "FORMULA") -> None:
        self.problem = FormulaProblem(sentence=sentence, start=start, end=end, code=code)
