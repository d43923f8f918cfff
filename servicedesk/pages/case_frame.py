"""What stands above and below a conversation as markup, each a stencil filled for one case."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from servicedesk.pages.addresses import address
from servicedesk.pages.moments import moment
from servicedesk.pages.sentences import sentences
from servicedesk.pages.signs import hue_of, initials_of
from servicedesk.pages.stencils import Row, gap, written

HEAD, COMPOSER, CLOCK = "agent/case_head.html", "agent/composer.html", "components/clock.html"
PROMISE = "agent/promise_form.html"
RIGHTS = ("set_priority", "assign_to_me", "assign", "reopen", "pend", "resolve")
FORMS = {"assign": "to", "pend": "reason", "resolve": "solution"}
"""The forms above a conversation, each with its field."""


def options_markup(options: Iterable[Mapping[str, Any]], *, chosen: str) -> SafeString:
    """Return the options of a select; there may be two hundred colleagues."""
    return _options(
        tuple([(str(option["value"]), str(option["label"])) for option in options]), chosen
    )


@lru_cache(maxsize=256)
def _options(options: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """Return options as markup, kept: who can have cases is the same on page after page."""
    lines = [
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in options
    ]
    # Every part was escaped.
    return mark_safe("\n".join(lines))  # noqa: S308


def head_markup(page: Mapping[str, Any]) -> SafeString:
    """Return the case and what can be done with it; `page` as agent/case.html has it."""
    case, may, forms = page["case"], page["may"], page.get("forms") or {}
    typed = {name: typed_in(forms, name, field) for name, field in FORMS.items()}
    shape: list[tuple[str, Any]] = [
        ("priority", case["priority"]),
        ("priorities", tuple((one["code"], one["label"]) for one in page["priorities"])),
        ("is_given", bool(case["responsible"])),
        ("is_queued", bool(case.get("queue"))),
        *[(f"may_{right}", may_now(right, may=may, case=case)) for right in RIGHTS],
        *[(name, bool(forms.get(name))) for name in FORMS],
        ("resolve_anyway", getattr(forms.get("resolve"), "may_send_anyway", False)),
        *[(f"{name}_error", refused_with(forms, name, field)) for name, field in FORMS.items()],
    ]
    values = {
        **case,
        "token": page.get("csrf_token", ""),
        "act_url": address("agent:act", case["number"]),
        "opened": moment(case["opened_at"]),
        "clocks": clocks_markup(case["clocks"], href=address("agent:clocks", case["number"])),
        "hue": hue_of(case["responsible"]),
        "initials": initials_of(case["responsible"]),
        "assignees": options_markup(page.get("assignees") or (), chosen=typed["assign"]),
        "reason": typed["pend"],
        "solution": typed["resolve"],
    }
    return written(HEAD, [Row(tuple(shape), values)])


def may_now(right: str, *, may: Mapping[str, bool], case: Mapping[str, Any]) -> bool:
    """Whether a button is shown: nobody takes what is theirs already."""
    return bool(may.get(right)) and not (right == "assign_to_me" and case["is_mine"])


class ClockShape(NamedTuple):
    """What decides how a clock is drawn; the rest are gaps of its stencil."""

    state: str
    due_words: str
    due_second: str = gap("due_second")
    promise: str = gap("promise")
    words: str = gap("words")
    percent: str = gap("percent")


def clocks_markup(clocks: Iterable[Any], *, href: str) -> SafeString:
    """Return the clocks of a case with what each promises; all lead to where they are opened."""
    lines = [
        f'{written(CLOCK, [clock_row(clock)])}<span class="opt">{escape(clock.promise)}</span>'
        for clock in clocks
    ]
    if not lines:
        return mark_safe("")
    # The clock is a stencil, the promise was escaped, and so is the address.
    return mark_safe(f'<a class="row" href="{escape(href)}">{"".join(lines)}</a>')  # noqa: S308


def clock_row(clock: Any) -> Row:
    """Return the shape of a clock and its values."""
    shape = ClockShape(clock.state, gap("due_words") if clock.due_words else "")
    values = {name: getattr(clock, name) for name in ClockShape._fields}
    return Row((("clock", shape),), values)


def composer_markup(page: Mapping[str, Any]) -> SafeString:
    """Return where an answer or a note is written; `page` as agent/case.html has it."""
    case, may, composer = page["case"], page["may"], page.get("composer") or {}
    data, errors = composer.get("data") or {}, composer.get("errors") or {}
    shape: tuple[tuple[str, Any], ...] = (
        ("may_reply", bool(may.get("reply"))),
        ("may_note", bool(may.get("note"))),
        ("is_note", data.get("visibility") == "note"),
        ("is_refused", bool(errors)),
        ("may_send_anyway", bool(composer.get("may_send_anyway"))),
        ("body_error", sentences(errors.get("body"))),
    )
    values = {
        "number": case["number"],
        "version": case["version"],
        "token": page.get("csrf_token", ""),
        "reply_url": address("agent:reply", case["number"]),
        "to": composer.get("to", ""),
        "body": data.get("body") or "",
    }
    return written(COMPOSER, [Row(shape, values)])


def promise_markup(page: Mapping[str, Any]) -> SafeString:
    """Return where something is promised; `page` has the case, and the form that was refused.

    What was refused of a promise that is there already stands beside that one.
    """
    form = page.get("form")
    data, errors = (form.data, form.errors) if form else ({}, {})
    if "promise" in data:
        data, errors = {}, {}
    shape = (
        *((f"{name}_error", sentences(errors.get(name))) for name in ("text", "by")),
        ("moves", bool(data.get("moves_to_opening"))),
    )
    values = {
        "token": page.get("csrf_token", ""),
        "promise_url": address("agent:promise", page["case"]["number"]),
        "text": data.get("text") or "",
        "by": data.get("by") or "",
    }
    return written(PROMISE, [Row(shape, values)])


def typed_in(forms: Mapping[str, Any], name: str, field: str) -> str:
    """Return what stood in a field of a form that was refused."""
    return str(forms[name].data.get(field) or "") if name in forms else ""


def refused_with(forms: Mapping[str, Any], name: str, field: str) -> str:
    """Return why a field was refused."""
    return sentences(forms[name].errors.get(field)) if name in forms else ""
