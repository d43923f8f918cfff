"""What does not fit into a field is said in our words, on pages and to programs."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms as django_forms
from rest_framework import serializers

import servicedesk.api.urls  # noqa: F401 - every shape is known once its address is
from servicedesk.api.shapes.fields import Taken
from servicedesk.pages import forms as page_forms
from servicedesk.pages.forms import Form

# How Django and REST framework begin what they say by themselves.
THEIRS = re.compile(
    r"This field|Ensure (this|that|there)|valid|Select a|Enter a|Not a |Expected|not allowed"
    r"|must be|wrong format|No filename|Out of range|Naive"
)
WRONG: tuple[Any, ...] = (
    "", " ", "x", "-5", "x" * 300_000, "9" * 40, "\x00", "\ud800", "2026-13-45", "0", "user-x",
)  # fmt: skip
WRONG_OF_PROGRAMS: tuple[Any, ...] = (
    *WRONG, None, [], {}, -5, 0, 10**30, 1.5, True, ["x"] * 5000, {"x": 1}, [{}], [None], "NaN",
)  # fmt: skip


def kinds_of(kind: type[Any]) -> Iterator[type[Any]]:
    """Return every kind below one."""
    for each in kind.__subclasses__():
        yield each
        yield from kinds_of(each)


FORMS = sorted(set(kinds_of(Form)), key=lambda one: one.__qualname__)
SHAPES = sorted(set(kinds_of(Taken)), key=lambda one: (one.__module__, one.__qualname__))


def sentences_in(detail: Any) -> Iterator[str]:
    """Return every sentence of nested errors."""
    if isinstance(detail, dict):
        for each in detail.values():
            yield from sentences_in(each)
    elif isinstance(detail, list):
        for each in detail:
            yield from sentences_in(each)
    else:
        yield str(detail)


def unlike_ours(said: str) -> bool:
    """Whether a sentence is a framework's, or says not what to do."""
    is_whole = said.endswith(".") and not re.search(r"%\(|\{\w+\}", said)
    return bool(THEIRS.search(said)) or not is_whole


@pytest.mark.parametrize("kind", FORMS, ids=lambda one: f"{one.__module__}.{one.__qualname__}")
def test_every_form_of_a_page_speaks_plainly(kind: Any) -> None:
    said = set()
    for wrong in WRONG:
        form = kind(dict.fromkeys(kind.base_fields, wrong))
        said |= set(sentences_in({name: list(found) for name, found in form.errors.items()}))

    assert not [one for one in said if unlike_ours(one)]


@pytest.mark.parametrize("kind", SHAPES, ids=lambda one: f"{one.__module__}.{one.__qualname__}")
def test_every_shape_that_programs_send_is_refused_plainly(kind: Any) -> None:
    said = set()
    bodies: list[Any] = [{}, [], None, "x", 5]
    bodies += [dict.fromkeys(kind().fields, wrong) for wrong in WRONG_OF_PROGRAMS]
    for body in bodies:
        shape = kind(data=body)
        if not shape.is_valid():
            said |= set(sentences_in(shape.errors))

    assert not [one for one in said if unlike_ours(one)]


def test_there_are_forms_and_shapes_to_try() -> None:
    assert len(FORMS) > 20
    assert len(SHAPES) > 50


def test_a_framework_that_speaks_by_itself_would_be_noticed() -> None:
    class Plain(django_forms.Form):
        """A form without our words."""

        name = django_forms.CharField(max_length=3)

    class Bare(serializers.Serializer[Any]):
        """A shape without our words."""

        name = serializers.CharField(max_length=3)

    page, program = Plain({"name": "xxxx"}), Bare(data={"name": "xxxx"})
    program.is_valid()

    assert unlike_ours(str(page.errors["name"][0]))
    assert unlike_ours(str(program.errors["name"][0]))


def test_what_a_field_says_by_itself_stays() -> None:
    form = page_forms.AssignForm({"to": "nobody"})

    assert form.errors["to"] == ["Choose somebody of the list."]
