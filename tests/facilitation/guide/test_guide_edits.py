"""Changing an agenda: one thing changes, everything else stays, and a refusal is a sentence."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.guide import Guide, GuideError, check_guide, load_guide, parse_guide
from facilitation.guide.edits import (
    drop,
    edit_prompt,
    keep_places,
    rename,
    reorder,
    rest_of,
    restore,
    reword,
    shorten_rest,
    with_minutes,
    with_setting,
)
from tests.facilitation.guide.builders import document, guide, phase

LONG = load_guide("kpi-to-okr")
EXPRESS = load_guide("kpi-to-okr-express")
IDS = [phase.id for phase in LONG.phases]


def ids(of: Guide) -> list[str]:
    return [phase.id for phase in of.phases]


def minutes(of: Guide) -> dict[str, float]:
    return {phase.id: phase.minutes for phase in of.phases}


def refusal(edit: Callable[[], Guide]) -> str:
    with pytest.raises(GuideError) as caught:
        edit()
    assert caught.value.file == ""
    assert str(caught.value) == caught.value.sentence  # no key: there is no file to look into
    return caught.value.sentence


def made_of(lengths: list[float]) -> Guide:
    """A guide whose phases only collect, with these lengths."""
    data = guide("collect")
    data["phases"] = [phase("collect", f"c{n}", length) for n, length in enumerate(lengths)]
    return parse_guide(document(data))


def test_minutes_change_one_phase() -> None:
    edited = with_minutes(LONG, "tree", 25.5)
    assert minutes(edited) == {**minutes(LONG), "tree": 25.5}
    assert edited.minutes == 95.5
    assert LONG.minutes == 90


@pytest.mark.parametrize("wrong", [0, -1, 240.5, float("nan"), float("inf")])
def test_minutes_out_of_range_are_refused(wrong: float) -> None:
    assert "cannot last" in refusal(lambda: with_minutes(LONG, "tree", wrong))


def test_a_phase_keeps_its_id_when_it_is_renamed() -> None:
    edited = rename(LONG, "frame", "  Where \u202ewe   stand ")
    assert edited.phases[0].title == "Where we stand"
    assert ids(edited) == IDS


@pytest.mark.parametrize(("title", "words"), [(" \n", "empty"), ("T" * 61, "61 characters; 60 is the most")])
def test_a_title_that_cannot_be_shown_is_refused(title: str, words: str) -> None:
    assert words in refusal(lambda: rename(LONG, "frame", title))


def test_other_words_change_one_text_only() -> None:
    edited = reword(LONG, "vote", "question", "Where do we push?")
    phase = edited.phases[5]
    assert (phase.question, phase.task) == ("Where do we push?", LONG.phases[5].task)


def test_a_prompt_keeps_its_id_and_rule() -> None:
    for prompt_id in ("tree-feeds", "tree-sentence"):  # a prompt and a probe
        edited = edit_prompt(LONG, "tree", prompt_id, "What else?")
        before = {p.id: p for p in (*LONG.phases[2].prompts, *LONG.phases[2].probes)}
        after = {p.id: p for p in (*edited.phases[2].prompts, *edited.phases[2].probes)}
        assert list(after) == list(before)
        assert after[prompt_id].text == "What else?"
        assert after[prompt_id].rule == before[prompt_id].rule
        assert {key for key in after if after[key] != before[key]} == {prompt_id}


def test_a_prompt_of_another_phase_is_refused() -> None:
    assert "no such question" in refusal(lambda: edit_prompt(LONG, "vote", "tree-feeds", "What else?"))


def test_a_setting_stays_within_its_range() -> None:
    assert with_setting(LONG, "vote", "dots", 7).phases[5].settings["dots"] == 7
    assert "outside 1 to 20" in refusal(lambda: with_setting(LONG, "vote", "dots", 40))
    assert "no setting called" in refusal(lambda: with_setting(LONG, "vote", "colour", 1))
    assert "only 2" in refusal(lambda: with_setting(LONG, "vote", "dots", 2))


@pytest.mark.parametrize("edit", [lambda: with_minutes(LONG, "x", 1), lambda: drop(LONG, "x")])
def test_an_unknown_phase_is_refused(edit: Callable[[], Guide]) -> None:
    assert "not on the agenda" in refusal(edit)


def test_phases_move_where_the_order_allows_it() -> None:
    order = [*IDS[:3], "levers", "numbers", *IDS[5:]]
    assert ids(reorder(LONG, order)) == order


def test_a_vote_does_not_move_before_its_levers() -> None:
    order = [*IDS[:4], "vote", "levers", *IDS[6:]]
    assert "“Vote” needs “Levers” before it" in refusal(lambda: reorder(LONG, order))


def test_a_dropped_phase_does_not_hold_the_others_in_place() -> None:
    order = [*IDS[:4], "vote", "levers", *IDS[6:]]
    assert ids(reorder(LONG, order, dropped={"vote"})) == order


@given(seed=st.integers(0, 10_000), count=st.integers(0, 11))
@settings(max_examples=60, deadline=None)
def test_law_phases_left_out_keep_their_neighbour(seed: int, count: int) -> None:
    dice = random.Random(seed)
    active = dice.sample(IDS, count)
    order = keep_places(LONG, active)
    assert sorted(order) == sorted(IDS)
    assert [phase_id for phase_id in order if phase_id in active] == active
    for before, left_out in zip([None, *IDS], IDS, strict=False):
        if left_out not in active:
            # behind its neighbour, or behind others that were left out behind the same one
            assert before is None or order.index(before) < order.index(left_out)


def test_a_phase_left_out_does_not_end_up_behind_the_end() -> None:
    active = [phase_id for phase_id in IDS if phase_id not in ("frame", "challenge")]
    active[2], active[3] = active[3], active[2]  # numbers and levers
    order = ["frame", "north-star", "tree", "levers", "numbers", *IDS[5:]]
    assert keep_places(LONG, active) == order


@pytest.mark.parametrize("order", [IDS[:-1], [*IDS, "tree"], [*IDS[:-1], "tree"], []])
def test_an_order_of_another_agenda_is_refused(order: list[str]) -> None:
    assert "has changed" in refusal(lambda: reorder(LONG, order))


def test_a_phase_that_others_build_on_is_not_dropped() -> None:
    assert "“Vote” needs “levers” before it" in refusal(lambda: drop(LONG, "levers"))


def test_a_phase_whose_work_is_done_already_may_go() -> None:
    assert "tree" not in ids(drop(LONG, "tree", prepared={"tree"}))


def test_the_last_phase_stays() -> None:
    assert "only phase left" in refusal(lambda: drop(made_of([5]), "c0"))


@pytest.mark.parametrize(
    "phase_id", ["frame", "north-star", "numbers", "vote", "guardrails", "challenge", "close"]
)
def test_a_dropped_phase_comes_back_to_its_place(phase_id: str) -> None:
    dropped = drop(LONG, phase_id)
    assert phase_id not in ids(dropped)
    assert restore(dropped, LONG, phase_id) == LONG


def test_a_phase_that_is_there_is_not_restored_twice() -> None:
    assert "already" in refusal(lambda: restore(LONG, LONG, "vote"))


def test_edits_made_meanwhile_survive_a_restore() -> None:
    edited = rename(drop(LONG, "challenge"), "vote", "Dots")
    assert restore(edited, LONG, "challenge").phases[5].title == "Dots"


def test_shortening_shares_the_loss_in_proportion() -> None:
    short = shorten_rest(LONG, set(IDS[:5]), "vote", 17)
    assert minutes(short) == {
        **minutes(LONG), "guardrails": 3.5, "challenge": 3.5, "draft": 6, "commit": 3, "close": 1,
    }  # fmt: skip


def test_rounding_never_makes_a_phase_longer_than_planned() -> None:
    short = shorten_rest(made_of([4.7, 4.7, 4.7]), (), None, 14.05)
    assert list(minutes(short).values()) == [4.5, 4.5, 4.5]


def test_what_fits_is_left_alone() -> None:
    assert shorten_rest(LONG, set(IDS[:5]), "vote", 34) == LONG
    assert shorten_rest(LONG, set(IDS), None, 0) == LONG


@pytest.mark.parametrize(
    ("left", "words"), [(4.5, "4.5 minutes are left"), (1, "one minute is left"), (-3, "no time")]
)
def test_too_little_for_all_asks_to_drop_or_add(left: float, words: str) -> None:
    sentence = refusal(lambda: shorten_rest(LONG, set(IDS[:5]), "vote", left))
    assert "5 phases are to come" in sentence
    assert words in sentence
    assert "Drop a phase, or add time." in sentence


half_minutes = st.integers(1, 60).map(lambda n: n / 2)


@given(
    lengths=st.lists(half_minutes, min_size=1, max_size=14), share=st.floats(0, 1.2), cut=st.integers(0, 14)
)
@settings(max_examples=300, deadline=None)
def test_law_shortening_fits_keeps_ids_and_never_lengthens(
    lengths: list[float], share: float, cut: int
) -> None:
    before = made_of(lengths)
    done = set(ids(before)[:cut])
    current = f"c{cut}"
    rest = rest_of(before, done, current)
    available = sum(phase.minutes for phase in rest) * share
    try:
        after = shorten_rest(before, done, current, available)
    except GuideError:
        assert available < sum(min(1.0, phase.minutes) for phase in rest)
        return
    assert ids(after) == ids(before)
    total = sum(phase.minutes for phase in rest_of(after, done, current))
    assert total <= available or after == before
    if after != before:
        assert total > available - 0.5  # no half minute is wasted
    for old, new in zip(before.phases, after.phases, strict=True):
        assert new.minutes <= old.minutes
        assert new.minutes >= min(1.0, old.minutes)
        assert (new.minutes * 2).is_integer()
        if old.id in done or old.id == current:
            assert new == old


@given(lengths=st.lists(st.floats(0.1, 30), min_size=1, max_size=10), share=st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_law_odd_lengths_never_overrun_either(lengths: list[float], share: float) -> None:
    before = made_of([round(length, 3) for length in lengths])
    available = before.minutes * share
    try:
        after = shorten_rest(before, (), None, available)
    except GuideError:
        return
    assert after.minutes <= available + 1e-9
    assert all(new.minutes <= old.minutes for old, new in zip(before.phases, after.phases, strict=True))


def some_edit(dice: random.Random, current: Guide, original: Guide) -> Guide | GuideError:
    """One edit by chance, sensible or not."""
    chosen = dice.choice(original.phases).id
    order = ids(current)
    dice.shuffle(order)
    edits: list[Callable[[], Guide]] = [
        lambda: reorder(current, order),
        lambda: reorder(current, ids(current)),
        lambda: drop(current, chosen),
        lambda: restore(current, original, chosen),
        lambda: with_minutes(current, chosen, dice.randint(-5, 500) / 2),
        lambda: rename(current, chosen, "x" * dice.randint(0, 70)),
        lambda: shorten_rest(current, (), None, dice.randint(1, 100)),
    ]
    try:
        return dice.choice(edits)()
    except GuideError as error:
        return error


@given(seed=st.integers(0, 10_000), original=st.sampled_from([LONG, EXPRESS]))
@settings(max_examples=150, deadline=None)
def test_law_any_row_of_edits_keeps_a_guide_that_a_file_could_have(seed: int, original: Guide) -> None:
    dice = random.Random(seed)
    current = original
    for _ in range(12):
        answer = some_edit(dice, current, original)
        if isinstance(answer, GuideError):
            assert answer.sentence.endswith(".")
        else:
            current = answer
        check_guide(current)
        assert set(ids(current)) <= set(ids(original))
        assert current.minutes == sum(phase.minutes for phase in current.phases)
