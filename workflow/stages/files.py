"""A workflow as a YAML file: what is written is read again exactly as it was. Pure.

The file names departments by their short name and people by their address, never by number.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext as _

from workflow.conditions import AllOf, BadCondition, condition_to_data, parse_condition
from workflow.exact_yaml import as_yaml
from workflow.refusals import Refusal
from workflow.stages.definition import (
    Act,
    ActionKind,
    Approval,
    Definition,
    MayTake,
    Owner,
    Stage,
    Step,
    StepKind,
)
from workflow.stages.writable import UNWRITABLE, is_writable

FORMAT = 1
LARGEST_FILE = 256 * 1024
# A condition has ten levels; reading what lies much deeper takes longer than anybody waits.
DEEPEST = 40
LONGEST_TEXT = 2000
LONGEST_NAME = 80
FURTHEST = 20_000
IN_A_STAGE = (
    "key", "name", "state", "owner", "department", "within_minutes", "needs", "public",
    "public_words", "at",
)  # fmt: skip
IN_A_STEP = (
    "key", "name", "from", "to", "kind", "may_take", "needs", "when", "needs_reason", "approval",
    "then",
)  # fmt: skip
# Keys stand in addresses and beside every stay.
KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")

Kind = TypeVar("Kind", bound=StrEnum)


class BadWorkflowFile(Refusal):
    """A file cannot be read as a workflow; the sentence names the place."""

    code = "bad_workflow_file"


def write(definition: Definition) -> str:
    """Return a definition as YAML text."""
    return as_yaml(as_data(definition))


def as_data(definition: Definition) -> dict[str, Any]:
    """Return a definition as plain data: what is stored, and what the file says."""
    return {
        "workflow": FORMAT,
        "name": definition.name,
        "start": definition.start,
        "stages": [stage_data(stage) for stage in definition.stages],
        "steps": [step_data(step) for step in definition.steps],
    }


def stage_data(stage: Stage) -> dict[str, Any]:
    """Return a stage as plain data, without what is as usual."""
    return lean(
        {
            "key": stage.key,
            "name": stage.name,
            "state": stage.state,
            "owner": "" if stage.owner is Owner.STAYS else stage.owner.value,
            "department": stage.department,
            "within_minutes": minutes(stage.within),
            "needs": list(stage.needs),
            "public": stage.public,
            "public_words": stage.public_words,
            "at": [stage.x, stage.y] if stage.x is not None and stage.y is not None else None,
        }
    )


def step_data(step: Step) -> dict[str, Any]:
    """Return a step as plain data, without what is as usual."""
    return lean(
        {
            "key": step.key,
            "name": step.name,
            "from": step.begin,
            "to": step.end,
            "kind": step.kind.value,
            "may_take": [who.value for who in step.may_take],
            "needs": list(step.needs),
            "when": None if step.condition == AllOf(()) else condition_to_data(step.condition),
            "needs_reason": step.needs_reason or None,
            "approval": approval_data(step.approval),
            "then": [{"do": act.kind.value, **dict(act.facts)} for act in step.acts],
        },
        kept=("may_take",),
    )


def approval_data(approval: Approval | None) -> dict[str, Any] | None:
    """Return an approval as plain data."""
    if approval is None:
        return None
    return lean(
        {
            "quorum": approval.quorum,
            "roles": list(approval.roles),
            "people": list(approval.people),
            "substitutes": list(approval.substitutes),
            "within_minutes": minutes(approval.within),
        }
    )


def lean(data: dict[str, Any], *, kept: Iterable[str] = ()) -> dict[str, Any]:
    """Return data without what is empty; zero is not empty."""
    return {
        name: value
        for name, value in data.items()
        if name in kept or value not in (None, "", [], {})
    }


def minutes(span: timedelta | None) -> int | float | None:
    """Return a span in minutes, whole where it is."""
    if span is None:
        return None
    found = span / timedelta(minutes=1)
    return int(found) if found.is_integer() else found


# ---- reading ---------------------------------------------------------------------------------


def read(text: str) -> Definition:
    """Read a definition from YAML.

    Raises:
        BadWorkflowFile: it is too large, no YAML, of a newer version, or says something that a
            workflow cannot hold; the sentence names the place.
    """
    return from_data(loaded(text))


def from_data(data: Mapping[str, Any]) -> Definition:
    """Read a definition from plain data.

    Raises:
        BadWorkflowFile: see `read`.
    """
    version = data.get("workflow")
    if version != FORMAT:
        raise BadWorkflowFile(
            _("This file is of version %(version)s; this program reads version %(known)s.")
            % {"version": version if version is not None else _("(none)"), "known": FORMAT},
            next_step=_("Export it again from a program of this version, or renew this one."),
        )
    known(data, "workflow", "name", "start", "stages", "steps", place="")
    return Definition(
        name=words(data, "name", place=""),
        start=words(data, "start", place="", needed=False),
        stages=tuple(
            stage_of(entry, place=f"stages {number}") for number, entry in rows(data, "stages")
        ),
        steps=tuple(
            step_of(entry, place=f"steps {number}") for number, entry in rows(data, "steps")
        ),
    )


def loaded(text: str) -> dict[str, Any]:
    """Return what a file holds, without aliases and of a bearable size."""
    if len(text.encode()) > LARGEST_FILE:
        raise BadWorkflowFile(
            _("This file is larger than %(size)d KB.") % {"size": LARGEST_FILE // 1024},
            next_step=_("A workflow needs a few KB: look whether it is the right file."),
        )
    try:
        refuse_unbearable(text)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = _("line %(line)d") % {"line": mark.line + 1} if mark else _("somewhere")
        raise bad(_("this is not YAML"), place=where) from error
    if not isinstance(data, dict):
        raise bad(_("a workflow has a name, stages and steps"), place="")
    return data


def refuse_unbearable(text: str) -> None:
    """Refuse references, which may hold anything many times over, and lists in lists in lists."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise bad(_("it uses references (* and &)"), place="")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise bad(_("lists stand within one another too deep"), place="")


def stage_of(data: Mapping[str, Any], *, place: str) -> Stage:
    """Read a stage."""
    known(data, *IN_A_STAGE, place=place)
    x, y = position(data.get("at"), place=place)
    return Stage(
        key=key_of(data, place=place),
        name=words(data, "name", place=place),
        state=words(data, "state", place=place),
        owner=one_of(Owner, data.get("owner", Owner.STAYS.value), place=f"{place}, owner"),
        department=words(data, "department", place=place, needed=False),
        within=span(data.get("within_minutes"), place=place),
        needs=texts(data, "needs", place=place),
        public=words(data, "public", place=place, needed=False),
        public_words=words(data, "public_words", place=place, needed=False),
        x=x,
        y=y,
    )


def step_of(data: Mapping[str, Any], *, place: str) -> Step:
    """Read a step."""
    known(data, *IN_A_STEP, place=place)
    try:
        condition = parse_condition(data.get("when", {"all": []}))
        if not is_writable(data.get("when")):
            raise bad(_("it holds a character that nobody can read"), place=f"{place}, when")
    except BadCondition as refusal:
        raise bad(str(refusal), place=f"{place}, when") from refusal
    who = texts(data, "may_take", place=place) if "may_take" in data else ("department",)
    return Step(
        key=key_of(data, place=place),
        name=words(data, "name", place=place),
        begin=words(data, "from", place=place),
        end=words(data, "to", place=place),
        kind=one_of(StepKind, data.get("kind", "forward"), place=f"{place}, kind"),
        may_take=tuple(one_of(MayTake, name, place=f"{place}, may_take") for name in who),
        needs=texts(data, "needs", place=place),
        condition=condition,
        needs_reason=yes(data.get("needs_reason", False), place=f"{place}, needs_reason"),
        approval=approval_of(data.get("approval"), place=f"{place}, approval"),
        acts=tuple(
            act_of(entry, place=f"{place}, then {number}") for number, entry in rows(data, "then")
        ),
    )


def approval_of(data: object, *, place: str) -> Approval | None:
    """Read an approval, or none."""
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise bad(_("an approval has a quorum and who is asked"), place=place)
    known(data, "quorum", "roles", "people", "substitutes", "within_minutes", place=place)
    quorum = data.get("quorum")
    if not isinstance(quorum, int) or isinstance(quorum, bool):
        raise bad(_("the quorum is a whole number from 0 to 100"), place=place)
    return Approval(
        quorum=quorum,
        roles=texts(data, "roles", place=place),
        people=texts(data, "people", place=place),
        substitutes=texts(data, "substitutes", place=place),
        within=span(data.get("within_minutes"), place=place),
    )


def act_of(data: Mapping[str, Any], *, place: str) -> Act:
    """Read something that happens by itself."""
    kind = one_of(ActionKind, data.get("do"), place=place)
    facts = []
    for name, value in data.items():
        if name == "do":
            continue
        if not is_text(name) or not is_text(value):
            raise bad(_("“%(name)s” is a text") % {"name": name}, place=place)
        facts.append((name, value))
    return Act(kind=kind, facts=tuple(facts))


def rows(data: Mapping[str, Any], name: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the entries of a list with their numbers from 1."""
    entries = data.get(name, [])
    if not isinstance(entries, list):
        raise bad(_("this is a list"), place=name)
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            raise bad(_("this is not an entry with names and values"), place=f"{name} {number}")
    return list(enumerate(entries, start=1))


def known(data: Mapping[str, Any], *names: str, place: str) -> None:
    """Refuse names that nobody would read."""
    for name in data:
        if name not in names:
            raise bad(_("“%(name)s” is not known here") % {"name": name}, place=place)


def key_of(data: Mapping[str, Any], *, place: str) -> str:
    """Return a key: letters, digits, - and _."""
    key = words(data, "key", place=place)
    if not KEY.fullmatch(key):
        raise bad(_("a key is made of up to 40 letters, digits, - and _"), place=place)
    return key


def words(data: Mapping[str, Any], name: str, *, place: str, needed: bool = True) -> str:
    """Return a text."""
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise bad(_("“%(name)s” is a text") % {"name": name}, place=place)
    if UNWRITABLE.search(value):
        raise bad(
            _("“%(name)s” holds a character that nobody can read") % {"name": name}, place=place
        )
    if name == "name" and len(value) > LONGEST_NAME:
        raise bad(
            _("a name has at most %(count)d characters") % {"count": LONGEST_NAME}, place=place
        )
    if needed and not value.strip():
        raise bad(_("“%(name)s” is missing") % {"name": name}, place=place)
    return value


def texts(data: Mapping[str, Any], name: str, *, place: str) -> tuple[str, ...]:
    """Return a list of texts."""
    value = data.get(name, [])
    if not isinstance(value, list) or not all(is_text(each) for each in value):
        raise bad(_("“%(name)s” is a list of texts") % {"name": name}, place=place)
    return tuple(value)


def is_text(value: object) -> bool:
    """Whether this is a text that can be kept."""
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and not UNWRITABLE.search(value)


def span(value: object, *, place: str) -> timedelta | None:
    """Return minutes as a span."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**7:
        raise bad(_("a time limit is a number of minutes"), place=place)
    return timedelta(minutes=value)


def yes(value: object, *, place: str) -> bool:
    """Return a yes or no."""
    if not isinstance(value, bool):
        raise bad(_("this is true or false"), place=place)
    return value


def position(value: object, *, place: str) -> tuple[int | None, int | None]:
    """Return where a stage stands on the map."""
    if value is None:
        return None, None
    match value:
        case [int(x), int(y)] if max(abs(x), abs(y)) <= FURTHEST:
            return x, y
    raise bad(_("“at” holds two whole numbers on the map"), place=place)


def one_of(kind: type[Kind], value: object, *, place: str) -> Kind:
    """Return one of a few words."""
    for member in kind:
        if member.value == value:
            return member
    raise bad(
        _("“%(value)s” is none of %(words)s")
        % {"value": value, "words": ", ".join(member.value for member in kind)},
        place=place,
    )


def bad(what: str, *, place: str) -> BadWorkflowFile:
    """Return the refusal of a file."""
    where = f"{place}: " if place else ""
    return BadWorkflowFile(
        _("This file cannot be read: %(where)s%(what)s.") % {"where": where, "what": what},
        next_step=_("Mend it there, or export a workflow and see how it is written."),
    )
