"""English inflections of the verbs the linter knows: launch, launches, launching, launched all mean launch."""

from __future__ import annotations

from collections.abc import Iterable


def words_in(text: str) -> frozenset[str]:
    """The words of a text, for vocabularies that should read like prose."""
    return frozenset(text.split())


_IRREGULAR: dict[str, tuple[str, ...]] = {
    "be": ("is", "are", "was", "were", "been", "being", "am"),
    "become": ("became",),
    "begin": ("began", "begun"),
    "bring": ("brought",),
    "build": ("built",),
    "buy": ("bought",),
    "choose": ("chose", "chosen"),
    "cut": (),
    "do": ("did", "done", "does"),
    "draw": ("drew", "drawn"),
    "drive": ("drove", "driven"),
    "fall": ("fell", "fallen"),
    "find": ("found",),
    "get": ("got", "gotten"),
    "give": ("gave", "given"),
    "go": ("went", "gone", "goes"),
    "grow": ("grew", "grown"),
    "have": ("had", "has"),
    "hit": (),
    "hold": ("held",),
    "keep": ("kept",),
    "lead": ("led",),
    "learn": ("learnt",),
    "make": ("made",),
    "meet": ("met",),
    "put": (),
    "rebuild": ("rebuilt",),
    "rewrite": ("rewrote", "rewritten"),
    "rise": ("rose", "risen"),
    "run": ("ran",),
    "see": ("saw", "seen"),
    "send": ("sent",),
    "set": (),
    "shrink": ("shrank", "shrunk"),
    "speak": ("spoke", "spoken"),
    "spend": ("spent",),
    "spin": ("spun",),
    "stand": ("stood",),
    "take": ("took", "taken"),
    "teach": ("taught",),
    "think": ("thought",),
    "understand": ("understood",),
    "undertake": ("undertook", "undertaken"),
    "win": ("won",),
    "write": ("wrote", "written"),
}
# One short vowel before the last consonant, stress on it: the consonant doubles.
_DOUBLING = words_in(
    """
    begin chat cut get hit map plan prep put rebrand refer run set ship shop spin stop submit swap tag trim wrap
    win
    """
) - {"rebrand"}
_VOWELS = "aeiou"


def forms(verb: str) -> frozenset[str]:
    """Every form of a verb given in its base form, the base form among them."""
    if verb in _DOUBLING:
        stem = verb + verb[-1]
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        stem = verb[:-1]
    else:
        stem = verb
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        third, past = verb[:-1] + "ies", verb[:-1] + "ied"
    else:
        third = verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
        past = verb + "d" if verb.endswith("e") else stem + "ed"
    regular = {verb, third, stem + "ing"}
    irregular = _IRREGULAR.get(verb)
    return frozenset(regular | ({past} if irregular is None else set(irregular)))


def past_forms(verb: str) -> frozenset[str]:
    """The forms that can say that something has been done: launched, built, set."""
    found = {form for form in forms(verb) if form.endswith("ed")} | set(_IRREGULAR.get(verb, ()))
    if verb in {"cut", "hit", "put", "set"}:
        found.add(verb)
    return frozenset(found)


def lookup(verbs: Iterable[str]) -> dict[str, str]:
    """Form → base form, for verbs of one word."""
    return {form: verb for verb in verbs for form in forms(verb)}
