"""A list of KPIs out of a spreadsheet: what each row will do, said before it is done.

Rows come decoded (`app.imports` reads CSV and XLSX); the first one names the columns, in any order and case. The plan says per
row whether a KPI is added, updated, unchanged or refused, with a sentence and warnings; nothing is applied here. New KPIs carry
provisional ids until `with_ids_of` puts in the server's. A cell is only ever text or a number: a spreadsheet formula in it is
named, never calculated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from facilitation import formula as formulas
from facilitation.diagnosis import quoted
from facilitation.formula import FormulaProblem
from facilitation.graph import would_cycle
from facilitation.kpi_tree import MAX_DEPTH, MAX_KPIS, Kpi, Kpis, ancestors
from facilitation.number_text import Ambiguous, DecimalStyle, NotANumber, style_shown
from facilitation.units import read_value, show_number

MAX_ROWS = 2_000
MAX_NAME = 200
MAX_CELL = 2_000
Action = Literal["add", "update", "same", "refuse"]

COLUMNS: dict[str, str] = {}
for _field, _words in {
    "name": "name|kpi|metric|indicator name|title|measure",
    "unit": "unit|units",
    "baseline": "baseline|value|mean|average|avg|µ|μ|mu|current|today|actual",
    "sigma": "sigma|σ|sd|spread|std|stdev|std dev|standard deviation",
    "owner": "owner|responsible|accountable|who",
    "source": "source|data source|system|table",
    "parent": "parent|under|feeds|parent kpi|driver of|belongs to",
    "indicator": "indicator|kind|type|lagging/leading|leading/lagging",
    "cadence": "cadence|frequency|calculated",
    "direction": "direction|good is|better|good direction",
    "formula": "formula|calculation|calculated as",
    "definition": "definition|description|meaning",
    "query": "query|sql",
    "segments": "segments|segment",
    "lower": "lower|min|minimum|lower bound",
    "upper": "upper|max|maximum|upper bound",
    "targets": "targets|target",
    "caveats": "caveats|notes|note|comment",
}.items():
    COLUMNS |= dict.fromkeys(_words.split("|"), _field)

_TEXTS = ("owner", "source", "definition", "query", "segments", "targets", "caveats")
_NUMBERS = ("baseline", "sigma", "lower", "upper")
_CHOICES: dict[str, dict[str, str]] = {
    "indicator": {
        "lagging": "lagging",
        "lag": "lagging",
        "intermediate": "intermediate",
        "mid": "intermediate",
    }
    | {"leading": "leading", "lead": "leading"},
    "direction": {"up": "up", "higher": "up", "increase": "up", "more": "up", "↑": "up"}
    | {"down": "down", "lower": "down", "decrease": "down", "less": "down", "↓": "down", "range": "range"},
    "cadence": {word: word for word in ("daily", "weekly", "biweekly", "monthly", "quarterly", "yearly")}
    | {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"},
}


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """What will happen with one line of the file (`line` counts from 1, the header included).

    `kpi` is the id it adds or changes (provisional for a new one), `None` if refused; `warnings` are cells left out.
    """

    line: int
    name: str
    action: Action
    sentence: str
    kpi: str | None = None
    warnings: tuple[str, ...] = ()


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The preview. `changes` are the KPIs as they will be, parents before children; `new` the provisional ids among them.

    `ask` is set, and nothing else, when numbers such as "1.234" need an answer about the decimal sign first;
    `problem` when the file as a whole cannot be used.
    """

    rows: tuple[ImportRow, ...] = ()
    changes: tuple[Kpi, ...] = ()
    new: tuple[str, ...] = ()
    problem: str = ""
    ask: str = ""
    ignored_columns: tuple[str, ...] = ()

    def count(self, action: Action) -> int:
        """How many rows do this."""
        return sum(row.action == action for row in self.rows)


def plan_import(rows: Sequence[Sequence[str]], kpis: Kpis, style: DecimalStyle | None = None) -> ImportPlan:
    """Plan the import of decoded rows onto the board `kpis`. Never raises; never changes anything."""
    filled = [(line, row) for line, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if not filled:
        return ImportPlan(
            problem="The file is empty. The first line should name the columns: name, unit, baseline, …"
        )
    columns = [COLUMNS.get(_fold(cell)) for cell in filled[0][1]]
    if "name" not in columns:
        return ImportPlan(
            problem="No column is called “name”. The first line should name the columns: name, unit, baseline, sigma, "
            "owner, source, parent."
        )
    if len(filled) - 1 > MAX_ROWS:
        return ImportPlan(
            problem=f"The file has {len(filled) - 1:,} rows; {MAX_ROWS:,} can be read at once. Split it."
        )
    if len(filled) == 1:
        return ImportPlan(problem="The file names its columns, but has no rows below them.")
    records = [(line, _record(columns, row)) for line, row in filled[1:]]
    chosen = style or _learn(records)
    plan = _Plan(kpis, chosen)
    for line, record in records:
        plan.read(line, record)
    if plan.ask:
        return ImportPlan(ask=plan.ask)
    plan.connect()
    ignored = tuple(
        cell.strip()
        for cell, column in zip(filled[0][1], columns, strict=True)
        if column is None and cell.strip()
    )
    return ImportPlan(
        rows=plan.result(), changes=plan.changes(), new=tuple(plan.new), ignored_columns=ignored
    )


def with_ids_of(plan: ImportPlan, ids: Mapping[str, str]) -> tuple[Kpi, ...]:
    """The planned KPIs with the server's ids: `ids` maps every provisional id of `plan.new` to a real one."""
    return tuple(
        replace(
            kpi,
            id=ids.get(kpi.id, kpi.id),
            parent=ids.get(kpi.parent, kpi.parent) if kpi.parent is not None else None,
            formula=formulas.with_ids(kpi.formula, ids),
            influences=tuple(replace(link, child=ids.get(link.child, link.child)) for link in kpi.influences),
        )
        for kpi in plan.changes
    )


def _fold(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").replace("_", " ").split()).casefold()


def _record(columns: list[str | None], row: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, cell in zip(columns, row, strict=False):
        if column is not None and column not in found:
            found[column] = cell.strip()[: MAX_CELL + 1]
    return found


def _learn(records: list[tuple[int, dict[str, str]]]) -> DecimalStyle | None:
    shown = {
        style for _, record in records for field in _NUMBERS if (style := style_shown(record.get(field, "")))
    }
    return shown.pop() if len(shown) == 1 else None


def _is_spreadsheet_formula(cell: str) -> bool:
    return bool(re.match(r"[=@]|\+[A-Za-z(]|-[A-Za-z(]", cell))


class _Plan:
    """Collects rows, then connects parents and formulas, since both may name KPIs that come later in the file."""

    def __init__(self, kpis: Kpis, style: DecimalStyle | None) -> None:
        self.board = kpis
        self.style = style
        self.ask = ""
        self.planned: dict[str, Kpi] = dict(kpis)
        self.new: list[str] = []
        self.by_name: dict[str, str] = {}
        for key, kpi in kpis.items():
            self.by_name.setdefault(_fold(kpi.name), key)
        self.line_of: dict[str, int] = {}
        self.touched: list[tuple[int, str, str, dict[str, str]]] = []
        self.refused: list[ImportRow] = []
        self.warnings: dict[int, list[str]] = {}

    def read(self, line: int, record: dict[str, str]) -> None:
        name = " ".join(record.get("name", "").split())
        problem = self._name_problem(line, name)
        if problem:
            self._refuse(line, name, problem)
            return
        folded = _fold(name)
        key = self.by_name.get(folded)
        if key is None:
            if len(self.planned) >= MAX_KPIS:
                self._refuse(line, name, f"The tree is full: {MAX_KPIS} KPIs are the limit.")
                return
            key = f"_row{line}"
            self.by_name[folded] = key
            self.new.append(key)
            self.planned[key] = Kpi(id=key, name=name, order=len(self.planned))
        self.line_of[folded] = line
        self.planned[key] = self._fill(line, self.planned[key], record)
        self.touched.append((line, key, name, record))

    def _name_problem(self, line: int, name: str) -> str:
        if not name:
            return "This row has no name, so it is left out."
        if name.startswith("=") or _is_spreadsheet_formula(name):
            return "The name is a spreadsheet formula. Save the sheet with values instead of formulas."
        if len(name) > MAX_NAME:
            return f"The name is longer than {MAX_NAME} characters. Shorten it; the rest belongs into the definition."
        earlier = self.line_of.get(_fold(name))
        return f"This repeats line {earlier}; only the first one counts." if earlier is not None else ""

    def _refuse(self, line: int, name: str, sentence: str) -> None:
        self.refused.append(ImportRow(line=line, name=name[:MAX_NAME], action="refuse", sentence=sentence))

    def _warn(self, line: int, sentence: str) -> None:
        self.warnings.setdefault(line, []).append(sentence)

    def _fill(self, line: int, kpi: Kpi, record: dict[str, str]) -> Kpi:
        changes: dict[str, Any] = {}
        unit = record.get("unit", "")
        if unit and not self._unsafe(line, "unit", unit):
            changes["unit"] = " ".join(unit.split())[:40]
        for field in _TEXTS:
            cell = record.get(field, "")
            if cell and not self._unsafe(line, field, cell):
                changes[field] = cell[:MAX_CELL]
        for field in _NUMBERS:
            number = self._number(line, field, record.get(field, ""), changes.get("unit", kpi.unit))
            if number is not None:
                changes[field] = number[0]
                if number[1] and not changes.get("unit", kpi.unit):
                    changes["unit"] = number[1]
        for field, known in _CHOICES.items():
            cell = record.get(field, "")
            if cell:
                choice = known.get(_fold(cell))
                if choice is None:
                    self._warn(line, f"The {field} “{cell[:30]}” is not known, so it is left out.")
                else:
                    changes[field] = choice
        return replace(kpi, **changes) if changes else kpi

    def _unsafe(self, line: int, field: str, cell: str) -> bool:
        if cell.startswith("=") or (field != "owner" and _is_spreadsheet_formula(cell) and field != "query"):
            self._warn(line, f"The {field} is a spreadsheet formula, so it is left out.")
            return True
        return False

    def _number(self, line: int, field: str, cell: str, unit: str) -> tuple[float, str] | None:
        if not cell or cell in ("-", "–", "—", "n/a", "N/A", "?"):
            return None
        if cell.startswith(("=", "@")):
            self._warn(
                line, f"The {field} is a spreadsheet formula, so it is left out. Save the sheet with values."
            )
            return None
        answer = read_value(cell, unit, self.style)
        if isinstance(answer, Ambiguous):
            self.ask = (
                f"Is “{answer.text}” {answer.point:g} or {answer.comma:g}? Choose once for the whole file."
            )
            return None
        if isinstance(answer, NotANumber):
            self._warn(line, f"The {field} is left out: {answer.sentence}")
            return None
        if field == "sigma" and answer.value < 0:
            self._warn(line, "The spread is left out: it cannot be below 0.")
            return None
        return answer.value, answer.unit

    def connect(self) -> None:
        for line, key, _, record in self.touched:
            self._parent(line, key, " ".join(record.get("parent", "").split()))
        names = {key: kpi.name for key, kpi in self.planned.items()}
        for line, key, _, record in self.touched:
            text = record.get("formula", "").lstrip("= ")
            if text:
                self._formula(line, key, text, names)

    def _parent(self, line: int, key: str, wanted: str) -> None:
        kpi = self.planned[key]
        rooted = next((other.id for other in self.board.values() if other.parent is None), None)
        first = next((new for new in self.new if self.planned[new].parent is None), None)
        top = rooted or self._north_star() or first
        parent = kpi.parent if key in self.board else top
        if wanted:
            found = self.by_name.get(_fold(wanted))
            if key == rooted:
                self._warn(
                    line, f"{quoted(kpi.name)} is the north star of this tree, so it stays at the top."
                )
            elif found is None:
                where = "goes under the north star" if key in self.new and key != top else "stays where it is"
                self._warn(
                    line, f"{quoted(wanted)} is neither on the board nor in the list, so this KPI {where}."
                )
            elif found == key or key in (found, *ancestors(self.planned, found)):
                self._warn(
                    line, f"{quoted(wanted)} stands below this KPI itself, so it cannot be its parent."
                )
            elif len(ancestors(self.planned, found)) + 1 >= MAX_DEPTH:
                self._warn(
                    line, f"Under {quoted(wanted)} the tree would be more than {MAX_DEPTH} levels deep."
                )
            else:
                parent = found
        if parent == key:
            parent = None
        if key == top and key in self.new:
            parent = None
        if parent != kpi.parent:
            self.planned[key] = replace(kpi, parent=parent)

    def _north_star(self) -> str | None:
        """In an empty room the first row that names no known parent becomes the north star."""
        for _, key, _, record in self.touched:
            wanted = _fold(record.get("parent", ""))
            if key in self.new and (not wanted or self.by_name.get(wanted) is None):
                return key
        return None

    def _formula(self, line: int, key: str, text: str, names: Mapping[str, str]) -> None:
        answer = formulas.from_text(text, names)
        if isinstance(answer, FormulaProblem):
            self._warn(line, f"The formula is left out: {answer.sentence}")
            return
        used = formulas.refs(answer)
        if any(ref in ancestors(self.planned, key) for ref in used) or would_cycle(self.planned, key, used):
            self._warn(line, "The formula is left out: it would go round in a circle.")
            return
        self.planned[key] = replace(self.planned[key], formula=answer)

    def result(self) -> tuple[ImportRow, ...]:
        rows = list(self.refused)
        for line, key, name, _ in self.touched:
            kpi, before = self.planned[key], self.board.get(key)
            action: Action = "add" if before is None else "same" if before == kpi else "update"
            rows.append(
                ImportRow(
                    line=line,
                    name=name,
                    action=action,
                    sentence=self._sentence(action, kpi, before),
                    kpi=key,
                    warnings=tuple(self.warnings.get(line, ())),
                )
            )
        return tuple(sorted(rows, key=lambda row: row.line))

    def _sentence(self, action: Action, kpi: Kpi, before: Kpi | None) -> str:
        if before is None:
            value = f" with {show_number(kpi.baseline, kpi.unit)}" if kpi.baseline is not None else ""
            parent = self.planned.get(kpi.parent or "")
            return (
                f"New{value}, under {quoted(parent.name)}."
                if parent is not None
                else f"New{value}, as the north star."
            )
        if action == "same":
            return "Already on the board like this; nothing changes."
        parts = []
        for field in ("unit", "baseline", "sigma", "parent", "formula"):
            old, now = getattr(before, field), getattr(kpi, field)
            if old != now:
                parts.append(self._difference(field, old, now, kpi))
        others = [
            field
            for field in (*_TEXTS, "indicator", "cadence", "direction", "lower", "upper")
            if getattr(before, field) != getattr(kpi, field)
        ]
        parts += [", ".join(others)] if others else []
        return f"Updates {'; '.join(parts)}."

    def _difference(self, field: str, old: Any, now: Any, kpi: Kpi) -> str:
        if field in ("baseline", "sigma"):
            return f"{field} {show_number(old, kpi.unit)} → {show_number(now, kpi.unit)}"
        if field == "parent":
            return f"parent → {quoted(self.planned[now].name) if now in self.planned else 'none'}"
        return f"{field} {old or '—'} → {now}" if field == "unit" else field

    def changes(self) -> tuple[Kpi, ...]:
        changed = [
            self.planned[key] for _, key, _, _ in self.touched if self.board.get(key) != self.planned[key]
        ]
        depth = {kpi.id: len(ancestors(self.planned, kpi.id)) for kpi in changed}
        return tuple(sorted(changed, key=lambda kpi: depth[kpi.id]))
