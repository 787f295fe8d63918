"""The JSON outcome: lossless, versioned, and clear about files that are not one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exports import FORMATS
from app.exports.format import Options, well_formed
from app.exports.outcome_json import FORMAT, VERSION, UnreadableOutcomeError, load
from facilitation.outcome import Outcome
from facilitation.telling import outcome_of
from tests.exports.sample import full
from tests.exports.variants import VARIANTS, retold
from tests.facilitation.simulation import played as simulated


@pytest.mark.parametrize("variant", VARIANTS)
def test_export_import_export_is_byte_equal(variant: str) -> None:
    made = FORMAT.export(VARIANTS[variant]())
    assert FORMAT.export(load(made)) == made


@pytest.mark.parametrize("variant", VARIANTS)
def test_import_of_an_export_gives_the_same_outcome(variant: str) -> None:
    outcome = well_formed(VARIANTS[variant]())
    assert load(FORMAT.export(outcome)) == outcome


@pytest.mark.parametrize("seed", range(8))
def test_the_outcome_of_any_workshop_comes_back_byte_for_byte_and_leaves_in_every_format(seed: int) -> None:
    """Random workshops of every degree of incompleteness, names included."""
    outcome = outcome_of(simulated(seed).workshop, {f"p{n}": f"Person {n}" for n in range(2, 60)})
    made = FORMAT.export(outcome)
    assert FORMAT.export(load(made)) == made
    for name, other in FORMATS.items():
        if name not in ("pdf", "okr-sheet"):
            assert other.export(outcome), name


@given(st.lists(st.text(max_size=50), min_size=1, max_size=10))
@settings(max_examples=60, deadline=None)
def test_any_typed_text_survives_the_way_out_and_in(texts: list[str]) -> None:
    turn = iter(texts * 300)
    outcome = well_formed(retold(full(), lambda _: next(turn)))
    assert load(FORMAT.export(outcome)) == outcome


def test_format_and_version_stand_first() -> None:
    made = FORMAT.export(Outcome(title="x"), Options())
    assert list(json.loads(made))[:2] == ["format", "version"]
    assert made.startswith(b'{\n  "format": "levertree-outcome",\n  "version": 1,')


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    assert load(b"\xef\xbb\xbf" + FORMAT.export(full())) == well_formed(full())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON, or it was damaged"),
        (b"{", "not JSON, or it was damaged"),
        (b"\xff\xfe\x00", "not JSON, or it was damaged"),
        (b"[" * 100_000, "not JSON, or it was damaged"),
        (b"[]", "not the outcome of a Levertree workshop"),
        (b'{"format": "levertree-workshop", "version": 1}', "not the outcome of a Levertree workshop"),
        (b'{"format": "levertree-outcome"}', "does not say which version"),
        (b'{"format": "levertree-outcome", "version": true, "title": ""}', "does not say which version"),
        (b'{"format": "levertree-outcome", "version": "1", "title": ""}', "does not say which version"),
        (
            b'{"format": "levertree-outcome", "version": 7, "title": ""}',
            "made by a newer Levertree (format 7",
        ),
        (b'{"format": "levertree-outcome", "version": 1}', "changed by hand and no longer fits"),
        (b'{"format": "levertree-outcome", "version": 1, "title": 3}', "changed by hand and no longer fits"),
    ],
)
def test_a_wrong_newer_or_damaged_file_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableOutcomeError) as refused:
        load(data)
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(UnreadableOutcomeError, match="larger than 32 MB"):
        load(b" " * (32 * 1024 * 1024 + 1))


def test_the_version_of_the_outcome_is_the_one_this_reads() -> None:
    assert Outcome(title="").version == VERSION
