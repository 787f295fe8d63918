"""Formulas: how the KPIs below combine into the one above.

A formula is kept over stable ids (`k2 * k3 + k4 * (1 - k5)`) and shown with names (`Leads × Conversion + …`), so that renaming
never breaks one. A hand-written parser turns it into a typed tree; nothing is ever passed to `eval`. Limits (domain a): 2,000
characters, 32 levels deep, 256 parts, 32 references. An error is a `FormulaProblem`: a sentence and the place it belongs to.

    expr := term (('+'|'-') term)*      term := unary (('*'|'/') unary)*
    unary := '-' unary | number ['%'] | ref | '(' expr ')'

A ref is an id, a name (the longest that fits wins, case does not matter) or either in [brackets]; × · ÷ : − are understood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from facilitation.formula_names import Names
from facilitation.formula_nodes import (
    LEVEL,
    OPERATORS,
    SHOWN,
    BinaryNode,
    FormulaProblem,
    NegNode,
    Node,
    NumberNode,
    Operator,
    RefNode,
)
from facilitation.formula_parser import BARE_ID, MAX_DEPTH, MAX_LENGTH, MAX_PARTS, MAX_REFS, parse_with

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_PARTS",
    "MAX_REFS",
    "BinaryNode",
    "FormulaProblem",
    "NegNode",
    "Node",
    "NumberNode",
    "Operator",
    "RefNode",
    "combine",
    "from_text",
    "parse",
    "reading",
    "refs",
    "split",
    "to_text",
    "with_ids",
    "without",
]


@lru_cache(maxsize=8192)
def parse(formula: str) -> Node | FormulaProblem:
    """The typed tree of a stored formula (over ids). Cached, since formulas are shared by all versions of a tree."""
    return parse_with(formula, Names({}))


@lru_cache(maxsize=8192)
def refs(formula: str) -> tuple[str, ...]:
    """The ids a stored formula uses, each once, from left to right; none if it cannot be read."""
    if not formula.strip():
        return ()
    tree = parse(formula)
    return () if isinstance(tree, FormulaProblem) else tuple(dict.fromkeys(ref.kpi for ref in _refs(tree)))


def from_text(text: str, names: Mapping[str, str]) -> str | FormulaProblem:
    """What somebody typed, with names, as a formula over ids; `names` is id → name. Empty text is no formula."""
    if not text.strip():
        return ""
    tree = parse_with(text, Names(names))
    return tree if isinstance(tree, FormulaProblem) else _write(tree, _stored_ref, ascii_only=True)


def to_text(formula: str, names: Mapping[str, str] | Names) -> str:
    """A stored formula with names and × ÷ −; `from_text` reads it back to the same. An unreadable one comes back as it is.

    For many formulas of one board make the `Names` once and pass it.
    """
    if not formula.strip():
        return ""
    tree = parse(formula)
    if isinstance(tree, FormulaProblem):
        return formula
    known = names if isinstance(names, Names) else Names(names)
    return _write(tree, known.shown, ascii_only=False)


def reading(formula: str, names: Mapping[str, str] | Names) -> str:
    """`to_text` for reading only: without the brackets that keep odd names apart while somebody types."""
    return to_text(formula, names).replace("[", "").replace("]", "")


def combine(children: Sequence[str], operators: Sequence[str]) -> str:
    """The formula of tapped operators between children: ids a, b, c and ×, + give `a * b + c` (usual precedence).

    Raises ValueError if there is not exactly one operator between each two children.
    """
    if len(operators) != max(len(children) - 1, 0):
        raise ValueError("one operator between each two children")
    parts = [_stored_ref(children[0])] if children else []
    for operator, child in zip(operators, children[1:], strict=True):
        parts += [OPERATORS[operator], _stored_ref(child)]
    return " ".join(parts)


def split(formula: str) -> tuple[list[str], list[str]] | None:
    """(children, shown operators) of a formula that tapping can make, the reverse of `combine`; else `None`."""
    tree = parse(formula)
    if isinstance(tree, FormulaProblem):
        return None
    children: list[str] = []
    operators: list[str] = []
    stack: list[Node | str] = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            operators.append(item)
        elif isinstance(item, RefNode):
            children.append(item.kpi)
        elif isinstance(item, BinaryNode) and not _needs_group(item):
            stack += [item.right, SHOWN[item.operator], item.left]
        else:
            return None
    return children, operators


def without(formula: str, kpi: str) -> str:
    """The formula after `kpi` was removed: its part goes, the rest stays. An unreadable formula stays as it is."""
    tree = parse(formula) if formula.strip() else None
    if tree is None or isinstance(tree, FormulaProblem):
        return formula
    rest = _without(tree, kpi)
    return _write(rest, _stored_ref, ascii_only=True) if rest is not None and next(_refs(rest), None) else ""


def with_ids(formula: str, ids: Mapping[str, str]) -> str:
    """The formula with ids replaced, for copying a tree; ids that are not in `ids` stay."""
    tree = parse(formula) if formula.strip() else None
    if tree is None or isinstance(tree, FormulaProblem):
        return formula
    return _write(tree, lambda kpi: _stored_ref(ids.get(kpi, kpi)), ascii_only=True)


def _refs(tree: Node) -> Iterator[RefNode]:
    stack: list[Node] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, RefNode):
            yield node
        elif isinstance(node, NegNode):
            stack.append(node.operand)
        elif isinstance(node, BinaryNode):
            stack += [node.right, node.left]


def _without(node: Node, kpi: str) -> Node | None:
    if isinstance(node, RefNode):
        return None if node.kpi == kpi else node
    if isinstance(node, NegNode):
        operand = _without(node.operand, kpi)
        return None if operand is None else msgspec.structs.replace(node, operand=operand)
    if isinstance(node, BinaryNode):
        left, right = _without(node.left, kpi), _without(node.right, kpi)
        if left is not None and right is not None:
            return msgspec.structs.replace(node, left=left, right=right)
        if left is None and right is not None:
            if node.operator == "-":
                return NegNode(right)
            return BinaryNode("/", NumberNode(1.0), right) if node.operator == "/" else right
        return left
    return node


def _needs_group(node: BinaryNode) -> bool:
    """Whether writing this node flat would change its meaning."""
    level = LEVEL[node.operator]
    left, right = node.left, node.right
    loose_left = isinstance(left, BinaryNode) and LEVEL[left.operator] < level
    return loose_left or (isinstance(right, BinaryNode) and LEVEL[right.operator] <= level)


def _stored_ref(kpi: str) -> str:
    return kpi if BARE_ID.fullmatch(kpi) else f"[{kpi}]"


def _write(node: Node, ref: Callable[[str], str], *, ascii_only: bool) -> str:
    if isinstance(node, NumberNode):
        text = repr(node.value)
        return text[:-2] if text.endswith(".0") else text
    if isinstance(node, RefNode):
        return ref(node.kpi)
    if isinstance(node, NegNode):
        inner = _write(node.operand, ref, ascii_only=ascii_only)
        inner = f"({inner})" if isinstance(node.operand, BinaryNode) else inner
        return f"{'-' if ascii_only else '−'}{inner}"
    left = _write(node.left, ref, ascii_only=ascii_only)
    right = _write(node.right, ref, ascii_only=ascii_only)
    level = LEVEL[node.operator]
    if isinstance(node.left, BinaryNode) and LEVEL[node.left.operator] < level:
        left = f"({left})"
    if isinstance(node.right, BinaryNode) and LEVEL[node.right.operator] <= level:
        right = f"({right})"
    return f"{left} {node.operator if ascii_only else SHOWN[node.operator]} {right}"
