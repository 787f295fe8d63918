"""The outcome page as plain data: the very parts that the PDF prints, so that page and paper never disagree.

What only a page has is added here: the list of downloads, the tree as an inline picture and as a list for narrow screens,
language and direction, and for every part the workshop did not get to, what is missing and where to do it.
"""

from __future__ import annotations

import re

import msgspec
from markupsafe import Markup

from app.exports import FORMATS, Format, Options, document, tree_svg
from app.exports.rows import owners
from app.exports.sheet import sheet_of
from facilitation.outcome import Outcome

Data = dict[str, object]
RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ku", "ps", "sd", "ug", "ur", "yi"}
PRINTED = ("pdf", "okr-sheet")
"""The formats that have a size of paper."""
SHARED_FOR = (7, 30, 90)
"""Days a share link may last."""
PARTS = (
    ("sheet", "OKR sheet"),
    ("tree", "KPI tree"),
    ("why", "Why these levers"),
    ("details", "Each key result"),
    ("add-up", "Does it add up?"),
    ("dictionary", "KPI dictionary"),
    ("work", "Work and rhythm"),
    ("session", "The session"),
)
MISSING = {
    "sheet": (
        "No objectives yet",
        "They are drafted from the levers the group votes for: the “Draft” phase proposes them.",
    ),
    "tree": ("No tree yet", "It begins with a north star; the “KPI tree” phase grows it."),
    "why": (
        "No levers yet",
        "The “Levers” phase says what can be influenced, the “Vote” phase what matters.",
    ),
    "details": (
        "No key results yet",
        "They come with the objectives in the “Draft” phase; owners and evidence follow in “Commit”.",
    ),
    "add-up": (
        "Nothing could be added up yet",
        "It needs a baseline, a spread and a target for at least one key result: see “Numbers” and “Draft”.",
    ),
    "dictionary": ("No KPIs yet", "Every KPI of the tree gets its card in the “Numbers” phase."),
    "work": (
        "No work and no dates yet",
        "Initiatives come with the draft, next steps with the “Close” phase.",
    ),
    "session": ("Nothing has happened yet", "Start the first phase on the console."),
}


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A link that was given out: since when and until when (ISO days), and the mark that takes it back."""

    mark: str
    since: str
    until: str


def page_data(outcome: Outcome, base: str) -> Data:
    """Everything the page shows; `base` is the address of this outcome without a slash at its end."""
    whole = document.whole(outcome)
    sheet = sheet_of(outcome)
    drawn = bool(outcome.tree.boxes)
    parts: Data = {
        "sheet": sheet if sheet["objectives"] else None,
        "tree": {"svg": inline_svg(outcome), "rows": outline(outcome)} if drawn else None,
        "why": whole["why"],
        "details": whole["details"],
        "add-up": whole["add_up"],
        "dictionary": whole["dictionary"],
        "work": whole["work"],
        "session": whole["session"],
    }
    return {
        **page_language(outcome.language),
        "head": document.head(outcome, Options()),
        "title": f"Outcome · {document.head(outcome, Options())['title']}",
        "index": [{"id": part, "title": title, "there": parts[part] is not None} for part, title in PARTS],
        "parts": parts,
        "guardrails_alone": sheet["guardrails"] if not sheet["objectives"] else [],
        "missing": {part: {"title": title, "text": text} for part, (title, text) in MISSING.items()},
        "files": [_file(name, form, base, outcome) for name, form in FORMATS.items()],
        "owners": owners(outcome),
        "base": base,
    }


def page_language(language: str) -> Data:
    """`lang` and `dir` of a page in the workshop's language."""
    found = language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language) else "en"
    return {"lang": found, "dir": "rtl" if found.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"}


def _file(name: str, form: Format, base: str, outcome: Outcome) -> Data:
    return {
        "id": name,
        "name": form.title,
        "href": f"{base}/{name}",
        "format": form.extension.upper(),
        "text": form.note,
        "paper": name in PRINTED,
        "asks": form.needs_emails and bool(owners(outcome)),
    }


def inline_svg(outcome: Outcome) -> Markup:
    """The exported picture of the tree without its prologue. Safe: the export escapes all that people typed."""
    text = tree_svg.write(msgspec.structs.replace(outcome, language="en"), Options()).decode()
    picture = text[text.index("<svg") :].replace(' lang="en"', "")
    for name in ("title", "desc"):
        picture = picture.replace(f'id="{name}"', f'id="tree-{name}"', 1)
    picture = picture.replace('aria-labelledby="title desc"', 'aria-labelledby="tree-title"', 1)
    return Markup(picture)


def outline(outcome: Outcome) -> list[Data]:
    """The tree as rows with their depth, for narrow screens and for those who listen."""
    depth: dict[str, int] = {}
    chosen = {box.kpi for box in outcome.tree.boxes if box.chosen}
    rows: list[Data] = []
    for item in outcome.kpis:
        level = depth.get(item.kpi.parent or "", -1) + 1
        depth[item.kpi.id] = level
        rows.append(
            {
                "name": item.kpi.name,
                "depth": min(level, 6),
                "value": item.value_text,
                "indicator": item.kpi.indicator or "",
                "lever": item.kpi.parent is not None and item.kpi.control in ("ours", "shared"),
                "chosen": item.kpi.id in chosen,
                "formula": item.formula_text,
            }
        )
    return rows
