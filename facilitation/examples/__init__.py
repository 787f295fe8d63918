"""Ready trees: two to start from and three worked examples, each one TOML file beside this one.

Figures come from the method's sources; what a source does not give (spreads, some baselines, elasticities) is made up so that
the tree can calculate, listed under `invented` and said on the KPI's own page. Nothing is fitted to a target. A file with a
mistake fails at load with its name, the KPI and the reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

import msgspec
from msgspec.structs import replace

from facilitation import formula as formulas
from facilitation.formula import FormulaProblem
from facilitation.kpi_tree import Kpi
from facilitation.okr import Guardrail

NAMES = ("plg-saas", "b2b-saas", "e-commerce", "revenue", "product-health")

_FIELD_WORDS = {"baseline": "number", "sigma": "spread", "influences": "strength of its links"}


class ExampleTarget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key result of the source: the KPI, where it starts and where it should get, in the KPI's unit."""

    kpi: str
    start: float
    target: float
    segment: str = ""
    note: str = ""


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One ready tree. `invented` lists, by KPI or guardrail id, the fields that no source gives."""

    name: str
    title: str
    about: str
    rules: tuple[str, ...]
    period: str
    strategy: str
    kpis: tuple[Kpi, ...]
    guardrails: tuple[Guardrail, ...]
    targets: tuple[ExampleTarget, ...]
    initiatives: tuple[str, ...]
    invented: dict[str, tuple[str, ...]]

    @property
    def tree(self) -> dict[str, Kpi]:
        """The KPIs by id."""
        return {kpi.id: kpi for kpi in self.kpis}


class ExampleError(ValueError):
    """A ready tree with a mistake: file, place and reason."""


class _Kpi(Kpi, frozen=True, kw_only=True, forbid_unknown_fields=True):
    invented: tuple[str, ...] = ()


class _Guardrail(Guardrail, frozen=True, kw_only=True, forbid_unknown_fields=True):
    invented: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    about: str
    rules: tuple[str, ...]
    kpi: tuple[_Kpi, ...]
    period: str = ""
    strategy: str = ""
    guardrail: tuple[_Guardrail, ...] = ()
    target: tuple[ExampleTarget, ...] = ()
    initiatives: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def all_examples() -> dict[str, Example]:
    """Every ready tree by name, in the order they are offered."""
    return {name: example(name) for name in NAMES}


@cache
def example(name: str) -> Example:
    """One ready tree. Raises ExampleError if there is none of this name or its file has a mistake."""
    if name not in NAMES:
        raise ExampleError(f"There is no example called {name!r}. There are: {', '.join(NAMES)}.")
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return read_example(name, text)


def read_example(name: str, text: str) -> Example:
    """A ready tree from TOML. Raises ExampleError with file, place and reason."""
    try:
        read = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ExampleError(f"{name}.toml: {error}") from error
    known = {kpi.id for kpi in read.kpi}
    kpis = []
    for order, kpi in enumerate(read.kpi):
        problem = _problem(kpi, known)
        if problem:
            raise ExampleError(f"{name}.toml: KPI {kpi.id!r}: {problem}")
        kpis.append(_plain(kpi, order))
    return Example(
        name=name,
        title=read.title,
        about=read.about,
        rules=read.rules,
        period=read.period,
        strategy=read.strategy,
        kpis=tuple(kpis),
        guardrails=tuple(_plain_guardrail(guardrail) for guardrail in read.guardrail),
        targets=read.target,
        initiatives=read.initiatives,
        invented={kpi.id: kpi.invented for kpi in read.kpi if kpi.invented}
        | {guardrail.id: guardrail.invented for guardrail in read.guardrail if guardrail.invented},
    )


def planted(chosen: Example, ids: Mapping[str, str], by: str = "") -> tuple[Kpi, ...]:
    """The tree's KPIs with the server's ids in place of its own; raises KeyError if one is missing."""
    return tuple(
        replace(
            kpi,
            id=ids[kpi.id],
            parent=ids[kpi.parent] if kpi.parent is not None else None,
            formula=formulas.with_ids(kpi.formula, ids),
            influences=tuple(replace(link, child=ids[link.child]) for link in kpi.influences),
            by=by,
        )
        for kpi in chosen.kpis
    )


def _problem(kpi: _Kpi, known: set[str]) -> str:
    if kpi.parent is not None and kpi.parent not in known:
        return f"its parent {kpi.parent!r} is not in the file"
    if kpi.formula:
        tree = formulas.parse(kpi.formula)
        if isinstance(tree, FormulaProblem):
            return f"its formula: {tree.sentence}"
    gone = {*formulas.refs(kpi.formula), *(link.child for link in kpi.influences)} - known
    if gone:
        return f"it uses {sorted(gone)}, which are not in the file"
    odd = [field for field in kpi.invented if getattr(kpi, field, None) in (None, "", ())]
    return f"it marks {odd} as invented, but does not set them" if odd else ""


def _plain(kpi: _Kpi, order: int) -> Kpi:
    words = [_FIELD_WORDS.get(field, field) for field in kpi.invented]
    mark = f"Made up for this example: {', '.join(words)}." if words else ""
    values = {field: getattr(kpi, field) for field in Kpi.__struct_fields__}
    return Kpi(**values | {"order": order, "caveats": " ".join(part for part in (kpi.caveats, mark) if part)})


def _plain_guardrail(guardrail: _Guardrail) -> Guardrail:
    return Guardrail(**{field: getattr(guardrail, field) for field in Guardrail.__struct_fields__})
