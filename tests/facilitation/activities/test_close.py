"""Close: was it worth the time (in secret), and who does what next."""

from __future__ import annotations

import msgspec
import pytest

from facilitation.activities import activities
from facilitation.activities.close import GiveReturn, RemoveNextStep, SetNextStep
from facilitation.session.flow import OpenPhase, Reveal
from facilitation.state import phase_of
from facilitation.workshop import replay
from tests.facilitation.room import Room

CLOSE = activities()["close"]


def closing() -> tuple[Room, str, str]:
    room = Room()
    ana, ben = room.join(), room.join()
    room.must(OpenPhase(phase="close"))
    return room, ana, ben


def board(room: Room) -> dict[str, object]:
    phase = phase_of(room.workshop, "close")
    assert phase is not None
    return CLOSE.view(room.workshop, phase, "wall").board


def test_live_9_marks_are_summed_after_the_reveal_and_never_named() -> None:
    room, ana, ben = closing()
    room.must(GiveReturn(phase="close", value=5), ana)
    room.must(GiveReturn(phase="close", value=2), ben)
    assert (board(room)["counts"], board(room)["mean"], board(room)["given"]) == (None, None, 2)
    room.must(Reveal(phase="close"))
    assert board(room)["counts"] == [0, 1, 0, 0, 1]
    assert board(room)["mean"] == 3.5
    shown = msgspec.json.encode(board(room))
    assert not any(f'"{person}"'.encode() in shown for person in (ana, ben))


def test_live_9_nobody_adds_a_mark_beside_a_shown_mean() -> None:
    room, ana, ben = closing()
    room.must(GiveReturn(phase="close", value=5), ana)
    room.must(Reveal(phase="close"))
    refused = room.say(GiveReturn(phase="close", value=1), ben)
    assert refused is not None and "new round" in refused.reason
    assert board(room)["mean"] == 5


def test_a_next_step_is_written_changed_and_removed() -> None:
    room, ana, ben = closing()
    room.must(SetNextStep(phase="close", text="Call three customers", owner="Ana", due="2027-07-05"), ana)
    (step,) = room.workshop.next_steps.values()
    room.must(SetNextStep(phase="close", id=step.id, text="Call five customers", owner="Ana"), ben)
    assert room.workshop.next_steps[step.id].text == "Call five customers"
    room.must(RemoveNextStep(phase="close", id=step.id), ana)
    assert not room.workshop.next_steps
    assert replay(room.log) == room.workshop


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (GiveReturn(phase="close", value=0), "1 to 5"),
        (GiveReturn(phase="close", value=6), "1 to 5"),
        (SetNextStep(phase="close", text=" "), "empty"),
        (SetNextStep(phase="close", text="x", due="next week"), "date"),
        (SetNextStep(phase="close", text="x", id="n999"), "not on the list"),
        (SetNextStep(phase="frame", text="x"), "does not belong"),
    ],
)
def test_what_makes_no_sense_is_refused(wish: GiveReturn | SetNextStep, words: str) -> None:
    room, ana, _ = closing()
    refused = room.say(wish, ana)
    assert refused is not None
    assert words in refused.reason
