"""The parser of formulas: recursive descent over the text, with its limits and its sentences (domain a, Grammar)."""

from __future__ import annotations

import re

from facilitation.formula_names import Names, unknown
from facilitation.formula_nodes import (
    OPERATORS,
    BinaryNode,
    FormulaError,
    FormulaProblem,
    NegNode,
    Node,
    NumberNode,
    Operator,
    RefNode,
)

MAX_LENGTH = 2_000
MAX_DEPTH = 32
MAX_PARTS = 256
MAX_REFS = 32

BARE_ID = re.compile(r"[A-Za-z_]\w*")
NUMBER = re.compile(r"(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d{1,3}(?!\w))?")


def parse_with(text: str, names: Names) -> Node | FormulaProblem:
    if len(text) > MAX_LENGTH:
        return FormulaProblem(
            sentence=f"This formula has {len(text):,} characters; {MAX_LENGTH:,} is the limit. Split it over a KPI in between.",
            end=len(text),
            code="TOO_LONG",
        )
    try:
        return Parser(text, names).whole()
    except FormulaError as stop:
        return stop.problem


class Parser:
    """Recursive descent over the text itself; `depth` bounds the recursion before Python would."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.place = 0
        self.depth = 0
        self.parts = 0
        self.refs = 0

    def whole(self) -> Node:
        node = self.expression()
        self.skip()
        if self.place < len(self.text):
            char = self.text[self.place]
            if char == ")":
                raise self.stop("There is one “)” too many. Remove it, or open it with “(”.")
            raise self.stop("Put + − × or ÷ between these two parts.", length=len(self.text) - self.place)
        return node

    def expression(self) -> Node:
        node = self.term()
        while (operator := self.operator("+", "-")) is not None:
            node = self.binary(operator, node, self.term())
        return node

    def term(self) -> Node:
        node = self.unary()
        while (operator := self.operator("*", "/")) is not None:
            node = self.binary(operator, node, self.unary())
        return node

    def binary(self, operator: Operator, left: Node, right: Node) -> Node:
        self.count(right.start)
        return BinaryNode(operator, left, right, left.start, right.end)

    def unary(self) -> Node:
        self.skip()
        start = self.place
        if start >= len(self.text):
            raise self.stop("The formula ends too early: another KPI or number is missing here.", length=0)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.stop(
                f"This formula is nested more than {MAX_DEPTH} deep. Split it over a KPI in between.",
                code="TOO_DEEP",
            )
        node = self.primary(start)
        self.depth -= 1
        return node

    def primary(self, start: int) -> Node:
        char = self.text[start]
        if char == "(":
            return self.group(start)
        if char == "[":
            return self.bracket(start)
        named = self.names.at(self.text, start)
        if named is not None:
            return self.ref(named[0], start, named[1])
        if OPERATORS.get(char) == "-":
            self.place += 1
            operand = self.unary()
            self.count(start)
            return NegNode(operand, start, operand.end)
        number = NUMBER.match(self.text, start)
        if number:
            return self.number(number)
        bare = BARE_ID.match(self.text, start)
        if bare and (not self.names.names or bare[0] in self.names.names):
            return self.ref(bare[0], start, bare.end())
        word = re.match(r"[^\[\]()+*/×·÷:−–]+", self.text[start:])
        if word and word[0].strip() and word[0].strip()[0].isalnum():
            raise unknown(word[0], start, start + len(word[0].rstrip()))
        if char in OPERATORS:
            raise self.stop(f"A KPI or a number is missing before “{char}”.")
        raise self.stop(
            f"“{char}” has no meaning in a formula. Use KPI names, numbers, + − × ÷ and parentheses."
        )

    def group(self, start: int) -> Node:
        self.place += 1
        node = self.expression()
        self.skip()
        if self.text[self.place : self.place + 1] != ")":
            if self.place >= len(self.text):
                raise FormulaError("This “(” is never closed. Add a “)”.", start, start + 1)
            raise self.stop("Put + − × or ÷ between these two parts.")
        self.place += 1
        return node

    def bracket(self, start: int) -> Node:
        end = self.text.find("]", start)
        if end < 0:
            raise FormulaError("This “[” is never closed. Add a “]” behind the name.", start, start + 1)
        return self.ref(self.names.in_brackets(self.text[start + 1 : end], start, end + 1), start, end + 1)

    def ref(self, kpi: str, start: int, end: int) -> Node:
        self.refs += 1
        if self.refs > MAX_REFS:
            raise FormulaError(
                f"A formula can use {MAX_REFS} KPIs at most. Split it over a KPI in between.",
                start,
                end,
                "TOO_MANY",
            )
        self.count(start)
        self.place = end
        return RefNode(kpi, start, end)

    def number(self, match: re.Match[str]) -> Node:
        text = match[0].replace(",", ".")
        value = float(text)
        follows = self.text[match.end() : match.end() + 1]
        if (re.fullmatch(r"\d{1,3}[.,]\d{3}", match[0]) and "," in match[0]) or follows in (",", "."):
            raise FormulaError(
                "Write numbers in formulas without thousands signs, such as 1000 or 1.5.",
                match.start(),
                match.end(),
            )
        if value > 1e15:
            raise FormulaError("This number is too large to calculate with.", match.start(), match.end())
        self.place = match.end()
        self.skip()
        if self.text[self.place : self.place + 1] == "%":
            value /= 100
            self.place += 1
        else:
            self.place = match.end()
        self.count(match.start())
        return NumberNode(value, match.start(), self.place)

    def operator(self, *wanted: Operator) -> Operator | None:
        self.skip()
        found = OPERATORS.get(self.text[self.place : self.place + 1])
        if found is None or found not in wanted:
            return None
        self.place += 1
        return found

    def count(self, start: int) -> None:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise FormulaError(
                f"This formula has more than {MAX_PARTS} parts. Split it over a KPI in between.",
                start,
                len(self.text),
                "TOO_MANY",
            )

    def skip(self) -> None:
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1

    def stop(self, sentence: str, *, length: int = 1, code: str = "FORMULA") -> FormulaError:
        place = min(self.place, len(self.text))
        return FormulaError(sentence, place, min(place + length, len(self.text)), code)
