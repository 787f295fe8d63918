"""What a component gave for plain values is given again, and never to a call that means something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from markupsafe import Markup

from app.rendering import templates
from app.rendering.templates import environment


def drawn(source: str, **data: Any) -> str:
    """A template of one line that has all components."""
    return environment().from_string(f'{{% import "components/ui.html" as ui %}}{source}').render(data)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    templates._remembered.clear()
    yield
    templates._remembered.clear()


def test_the_same_call_gives_the_same_html_and_is_made_once() -> None:
    first = drawn('{{ ui.button("Save", kind="primary") }}')
    known = len(templates._remembered)
    assert known
    assert drawn('{{ ui.button("Save", kind="primary") }}') == first
    assert len(templates._remembered) == known


def test_a_text_is_escaped_though_the_same_letters_were_marked_as_safe_before() -> None:
    assert "<b>x</b>" in drawn("{{ ui.button(text) }}", text=Markup("<b>x</b>"))
    assert "<b>x</b>" not in drawn("{{ ui.button(text) }}", text="<b>x</b>")
    assert "<b>x</b>" in drawn("{{ ui.button(text) }}", text=Markup("<b>x</b>"))


def test_equal_numbers_of_other_types_are_drawn_as_what_they_are() -> None:
    assert [
        drawn("{{ ui.button(value) }}", value=value).count(str(value)) > 0 for value in (1, 1.0, True)
    ] == [True] * 3
    for value in (1, 1.0, True):
        assert f">{value}<" in drawn("{{ ui.button(value) }}", value=value)


def test_hidden_fields_belong_to_their_form() -> None:
    one = drawn('{{ ui.command_button("Undo", "Undo", fields={"id": id}) }}', id="c1")
    two = drawn('{{ ui.command_button("Undo", "Undo", fields={"id": id}) }}', id="c2")
    other = drawn('{{ ui.command_button("Undo", "Undo", fields={"card": id}) }}', id="c1")
    assert 'value="c1"' in one
    assert 'value="c2"' in two
    assert 'name="card"' in other


def test_what_people_wrote_at_length_is_not_kept() -> None:
    words = "x" * (templates.LONGEST_REMEMBERED + 1)
    assert words in drawn("{{ ui.button(text) }}", text=words)
    assert not any(words in html for html in templates._remembered.values())


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST_REMEMBERED", 5)
    for number in range(40):
        drawn("{{ ui.button(text) }}", text=f"Button {number}")
        assert len(templates._remembered) <= 5
