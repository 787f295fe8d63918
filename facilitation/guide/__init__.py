"""A guide is the agenda of a workshop as data: phases, what to say, what to ask, how long, which settings.

Guides are TOML files, so that somebody who runs workshops can write one without programming. A guide that
loads is whole: every phase has words to open with, at least four prompts and three probes, each with the rule
it serves, and an order in which nothing is asked for before it exists. A guide that is not whole fails here,
with the file, the key, the reason and what to do, rather than in front of a room full of people. A workshop
keeps its own copy in its first event, so editing a file never changes a workshop that exists.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path

from facilitation.guide.order import check_order
from facilitation.guide.reader import Reader
from facilitation.guide.types import Guide, GuideError, Phase, Prompt, did_you_mean, listed

__all__ = [
    "GUIDES_FOLDER",
    "MAX_FILE_BYTES",
    "Guide",
    "GuideError",
    "Phase",
    "Prompt",
    "check_guide",
    "load_all",
    "load_guide",
    "parse_guide",
]

GUIDES_FOLDER = Path(__file__).parent.with_name("guides")
MAX_FILE_BYTES = 512 * 1024


def load_guide(path_or_name: str | Path) -> Guide:
    """Read and check one guide: a path to a TOML file, or the name of a guide that comes with the product.

    Raises GuideError with file, key, reason and advice; never another exception for a file's contents.
    """
    path = _path_of(path_or_name)
    return parse_guide(_text_of(path), file=path.name)


def load_all(folder: Path | None = None) -> dict[str, Guide]:
    """Every guide of a folder (default: those that come with the product) by id, sorted by file name."""
    guides: dict[str, Guide] = {}
    for path in sorted((folder or GUIDES_FOLDER).glob("*.toml"), key=lambda path: path.stem):
        guide = load_guide(path)
        if guide.id in guides:
            raise GuideError(
                file=path.name,
                key="id",
                reason=f"Another guide in this folder already has the id “{guide.id}”.",
                advice="Give one of the two another id.",
            )
        guides[guide.id] = guide
    return guides


def parse_guide(text: str, *, file: str = "guide") -> Guide:
    """A guide from TOML text, checked like a file. Raises GuideError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # tomllib's message ends with "(at line 3, column 7)", which is what the author needs.
        raise GuideError(
            file=file,
            reason=f"This is not valid TOML: {error}.",
            advice="Often a quote or a bracket is missing on that line or the one before.",
        ) from error
    guide = Reader(file).guide(data)
    check_guide(guide, file=file)
    return guide


def check_guide(guide: Guide, *, file: str = "", prepared: Collection[str] = ()) -> None:
    """Raise GuideError unless ids are unique and the order makes sense.

    `prepared` names activities whose work is already on the board, so that later phases may do without them.
    """
    _unique("phases", [phase.id for phase in guide.phases], file)
    seen: dict[str, str] = {}
    for number, phase in enumerate(guide.phases):
        for group, prompts in (("prompts", phase.prompts), ("probes", phase.probes)):
            for index, prompt in enumerate(prompts):
                key = f"phases[{number}].{group}[{index}].id"
                if prompt.id in seen:
                    raise GuideError(
                        file=file,
                        key=key,
                        reason=f"The id “{prompt.id}” is already used at {seen[prompt.id]}.",
                        advice="Every prompt and probe needs its own id; change one of the two.",
                    )
                seen[prompt.id] = key
    check_order(guide.phases, file=file, prepared=prepared)


def _path_of(path_or_name: str | Path) -> Path:
    """The file meant: a bare name is looked up among the guides of the product."""
    path = Path(path_or_name)
    if isinstance(path_or_name, Path) or path.suffix == ".toml" or len(path.parts) != 1:
        return path
    names = sorted(file.stem for file in GUIDES_FOLDER.glob("*.toml"))
    if path_or_name in names:
        return GUIDES_FOLDER / f"{path_or_name}.toml"
    raise GuideError(
        file=path_or_name,
        reason=f"There is no guide called “{path_or_name}”.{did_you_mean(path_or_name, names)}",
        advice=f"Choose one of {listed(names)}, or give the path of a TOML file.",
    )


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise GuideError(
            file=path.name,
            reason=f"The file cannot be read ({error.strerror or error}).",
            advice="Check that the path is right and that the file may be read.",
        ) from error
    if len(raw) > MAX_FILE_BYTES:
        raise GuideError(
            file=path.name,
            reason=f"The file has {len(raw) // 1024} KiB; a guide has at most {MAX_FILE_BYTES // 1024} KiB.",
            advice="Check that this is the guide you meant.",
        )
    try:
        # A byte order mark is what some editors leave in front; TOML itself does not allow it.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise GuideError(
            file=path.name,
            reason=f"Line {line} holds a character that is not UTF-8.",
            advice="Save the file with the encoding UTF-8.",
        ) from error


def _unique(where: str, ids: Sequence[str], file: str) -> None:
    for index, item in enumerate(ids):
        if item in ids[:index]:
            raise GuideError(
                file=file,
                key=f"{where}[{index}].id",
                reason=f"The id “{item}” is already used at {where}[{ids.index(item)}].",
                advice="Every phase needs its own id; change one of the two.",
            )
