"""From plain data to a PDF: the only place that talks to the typesetter (within the press, see there).

The template is constant and its root is an empty folder; everything people typed travels as JSON text and is never
evaluated, so nothing typed can become markup, a path or code. Only the fonts shipped with the product (and the host's
folder) are used, so that the same outcome gives the same bytes on every machine. Documents are PDF/UA-1 and PDF/A-2a.
"""

from __future__ import annotations

import atexit
import bisect
import datetime as dt
import functools
import json
import re
import shutil
import tempfile
from pathlib import Path

import msgspec
import typst
from fontTools.ttLib import TTFont

from app.exports.clean import Cleaner
from app.exports.errors import PrintingError

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "fonts"
TEMPLATES = HERE.parent / "templates" / "exports"
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
FIRST_FAMILY = "FiraGO"
NOTE = "Some characters could not be printed with the fonts at hand; ▯ stands in their place."


class FontSet(msgspec.Struct, frozen=True, kw_only=True):
    """Loaded fonts: families in the order they are tried, and the code points that all weights of each have."""

    fonts: typst.Fonts
    families: tuple[str, ...]
    covers: tuple[frozenset[int], ...]


@functools.lru_cache(maxsize=4)
def fonts(folder: Path | None = None) -> FontSet:
    """The product's fonts and those in `folder`, read once per process (a new font needs a restart).

    A broken font file in the host's folder is passed over. Raises `PrintingError` if the product's own are missing.
    """
    folders = [FONTS] if folder is None else [FONTS, folder]
    loaded = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(path) for path in folders]
    )
    if FIRST_FAMILY not in loaded.families():
        raise PrintingError(f"The fonts for printing are missing from {FONTS}: run the set-up again.")
    # A family counts by what all its weights have: bold text must not meet a glyph that only the regular has.
    covered: dict[str, frozenset[int]] = {}
    for info in loaded.fonts():
        points = _code_points(Path(info.path or ""), info.index)
        family = info.family
        covered[family] = covered[family] & points if family in covered else points
    order = [FIRST_FAMILY, *sorted(set(loaded.families()) - {FIRST_FAMILY})]
    return FontSet(
        fonts=loaded,
        families=tuple(order),
        covers=tuple(covered[family] for family in order),
    )


def _code_points(path: Path, index: int) -> frozenset[int]:
    try:
        with TTFont(path, lazy=True, fontNumber=index) as font:
            return frozenset(font.getBestCmap() or ())
    except Exception:  # whatever a stray file in the host's folder makes the parser say
        return frozenset()


@functools.lru_cache(maxsize=1)
def _empty_root() -> str:
    folder = tempfile.mkdtemp(prefix="levertree-print-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.lru_cache(maxsize=8)
def _source(parts: tuple[str, ...]) -> bytes:
    """The template: files joined in order, so that the typesetter itself needs to read none."""
    return "\n".join((TEMPLATES / part).read_text(encoding="utf-8") for part in parts).encode()


def pdf(
    parts: tuple[str, ...], data: dict[str, object], at: dt.datetime, folder: Path | None = None
) -> bytes:
    """The PDF that the template `parts` make of `data` (JSON-shaped, uncleaned), dated `at`.

    A document that the typesetter refuses with every character the fonts offer is set once more with the first
    family's alone: contents never break an export. Raises `PrintingError` if that fails too.
    """
    loaded = fonts(folder)
    made = _attempt(parts, data, at, loaded, Cleaner(*loaded.covers))
    if isinstance(made, str):
        made = _attempt(parts, data, at, loaded, Cleaner(_letters(loaded.covers[0])))
    if isinstance(made, str):
        raise PrintingError(f"The typesetter refused the document: {made}")
    return made


def _attempt(
    parts: tuple[str, ...], data: dict[str, object], at: dt.datetime, loaded: FontSet, cleaner: Cleaner
) -> bytes | str:
    """The PDF, or why the typesetter refused."""
    try:
        return _compile(parts, data, at, loaded, cleaner)
    except typst.TypstError as error:
        return error.diagnostic
    except BaseException as error:
        # A panic inside the typesetter is no `Exception`, and leaves it fit for the next document.
        if type(error).__name__ != "PanicException":
            raise
        return str(error)


def _letters(points: frozenset[int]) -> frozenset[int]:
    """What never needs shaping: no combining marks, no joiners, no scripts whose letters hang together."""
    return frozenset(
        point for point in points if point < 0x300 or 0x370 <= point < 0x590 or 0x2010 <= point < 0x2300
    )


def _compile(
    parts: tuple[str, ...], data: dict[str, object], at: dt.datetime, loaded: FontSet, cleaner: Cleaner
) -> bytes:
    cleaned = cleaner.tree(data)
    assert isinstance(cleaned, dict)
    cleaned |= {"families": list(loaded.families), "replaced": NOTE if cleaner.replaced else ""}
    if not Path(_empty_root()).is_dir():  # a long-lived server outlives the tidying of temporary folders
        _empty_root.cache_clear()
    inputs = {"data": json.dumps(cleaned, ensure_ascii=False, allow_nan=False)}
    compiler = typst.Compiler(_source(parts), root=_empty_root(), font_paths=loaded.fonts, sys_inputs=inputs)
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=at)
    assert isinstance(made, bytes)
    return unambiguous(made)


def unambiguous(made: bytes) -> bytes:
    """`made` with streams that end in a carriage return told apart from the line end after them (PDF/A 6.1.7.1).

    The typesetter ends a stream with a line feed. After data that happen to end with a carriage return the two read as
    one line end, and validators find the stream a byte too short; one more carriage return settles it.
    """
    cuts = [found.start() + 1 for found in re.finditer(rb"\r\nendstream", made)]
    if not cuts:
        return made
    table = int(made[made.rindex(b"startxref") :].split()[1])
    pieces = [made[begin:end] for begin, end in zip([0, *cuts], [*cuts, table], strict=True)]

    def moved(found: re.Match[bytes]) -> bytes:
        offset = int(found[1])
        return b"%010d %b n" % (offset + bisect.bisect_left(cuts, offset), found[2])

    entries = re.sub(rb"(\d{10}) (\d{5}) n", moved, made[table:])
    ending = b"startxref\n%d" % (table + len(cuts))
    return b"\r".join(pieces) + re.sub(rb"startxref\s+\d+", ending, entries)
