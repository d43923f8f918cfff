"""Service levels as YAML: written for people, read back exactly. Names stand instead of ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from workflow.clocks.models import (
    Calendar,
    Ladder,
    Metric,
    PolicyVersion,
    Recurrence,
    ServiceLevel,
)
from workflow.clocks.policies import LONGEST_NOTE, start_draft
from workflow.clocks.policy_content import METRICS, Policy, Promise, in_order, policy_of
from workflow.clocks.service_levels import add_service_level
from workflow.clocks.spans import NotASpan, span_in, span_written
from workflow.clocks.yaml_nodes import (
    BadFile,
    Faults,
    entries_of,
    items_of,
    plain_of,
    text_of,
    tree_of,
)
from workflow.exact_yaml import as_yaml
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

FORMAT = "1"
# The next line of other systems, and the separators of lines and paragraphs.
MOST_LEVELS = 50
PRIORITY_CODES = {"urgent": 1, "high": 2, "normal": 3, "low": 4}
CODES_OF = {number: code for code, number in PRIORITY_CODES.items()}


@dataclass(frozen=True, kw_only=True)
class Written:
    """A service level as a file says it."""

    name: str
    policy: Policy


@dataclass(frozen=True, kw_only=True)
class Names:
    """Opening hours and ladders by name, folded, and by id."""

    calendars: Mapping[str, int]
    ladders: Mapping[str, int]

    def calendar_name(self, pk: int) -> str:
        """Return the name of opening hours."""
        return next(name for name, found in self.calendars.items() if found == pk)

    def ladder_name(self, pk: int) -> str:
        """Return the name of a ladder."""
        return next(name for name, found in self.ladders.items() if found == pk)


def names_here() -> Names:
    """Return the names of all opening hours and ladders; two queries."""
    return Names(
        calendars=dict(Calendar.objects.order_by("id").values_list("name", "id")),
        ladders=dict(Ladder.objects.order_by("id").values_list("name", "id")),
    )


# ---- writing ---------------------------------------------------------------------------------


def written_versions(versions: Iterable[PolicyVersion]) -> str:
    """Return versions as a file; two queries if service levels and targets are loaded."""
    names = names_here()
    levels = [
        {"name": version.service_level.name, **written_policy(policy_of(version), names=names)}
        for version in versions
    ]
    return as_yaml({"format": int(FORMAT), "service_levels": levels})


def written_policy(policy: Policy, *, names: Names) -> dict[str, Any]:
    """Return a policy as the plain values of a file; what is as usual is left out."""
    promises: dict[str, dict[str, Any]] = {}
    for promise in in_order(policy.promises):
        promises.setdefault(promise.metric.value, {})[CODES_OF[promise.priority]] = written_promise(
            promise, names=names
        )
    return {
        "opening_hours": names.calendar_name(policy.calendar_id),
        **({"note": policy.note} if policy.note else {}),
        **({"applies_when": dict(policy.applies_when)} if policy.applies_when else {}),
        "promises": promises,
    }


def written_promise(promise: Promise, *, names: Names) -> Any:
    """Return a promise as a span alone, or with what else it says."""
    within = span_written(promise.within, promise.within_days)
    others = {
        **(
            {"opening_hours": names.calendar_name(promise.calendar_id)}
            if promise.calendar_id is not None
            else {}
        ),
        **(
            {"ladder": names.ladder_name(promise.ladder_id)}
            if promise.ladder_id is not None
            else {}
        ),
        **(
            {"recurrence": str(promise.recurrence)} if promise.recurrence != Recurrence.NONE else {}
        ),
        **({"conditions": dict(promise.conditions)} if promise.conditions else {}),
    }
    return {"within": within, **others} if others else within


# ---- reading ---------------------------------------------------------------------------------


def read_file(content: bytes, *, names: Names) -> list[Written]:
    """Return the service levels of a file.

    Raises:
        BadFile: something is wrong; it says what, by line.
    """
    tree, faults = tree_of(content), Faults()
    parts = {name: value for name, _key, value in entries_of(tree, faults=faults)}
    refuse_unknown(tree, ("format", "service_levels"), faults=faults)
    if "format" in parts and text_of(parts["format"], faults=faults) != FORMAT:
        faults.add(parts["format"], _("only format 1 is read."))
    found = [
        read_level(node, names=names, faults=faults)
        for node in (
            items_of(parts["service_levels"], faults=faults) if "service_levels" in parts else []
        )[:MOST_LEVELS]
    ]
    if not found:
        faults.add(tree, _("there is no service level under “service_levels”."))
    folded = [one.name.casefold() for one in found]
    if len(set(folded)) != len(folded):
        faults.add(tree, _("two service levels have the same name."))
    faults.refuse()
    return found


def refuse_unknown(node: yaml.Node, known: tuple[str, ...], *, faults: Faults) -> None:
    """Say which names of a mapping mean nothing; a misspelt one never passes for one left out."""
    for name, key, _value in entries_of(node, faults=Faults()):
        if name not in known:
            faults.add(
                key,
                _("nothing is called “%(name)s” here. There are: %(known)s.")
                % {"name": name[:60], "known": ", ".join(known)},
            )


def read_level(node: yaml.Node, *, names: Names, faults: Faults) -> Written:
    """Return one service level; what is wrong is added to the faults."""
    known = ("name", "opening_hours", "note", "applies_when", "promises")
    refuse_unknown(node, known, faults=faults)
    parts = {name: value for name, _key, value in entries_of(node, faults=faults)}
    name = " ".join(text_of(parts["name"], faults=faults).split()) if "name" in parts else ""
    if not 0 < len(name) <= 80:
        faults.add(node, _("a name of at most 80 characters is needed."))
    if "opening_hours" not in parts:
        faults.add(node, _("“opening_hours” are needed."))
    note = text_of(parts["note"], faults=faults) if "note" in parts else ""
    if len(note) > LONGEST_NOTE:
        faults.add(
            parts["note"], _("the note is longer than %(n)d characters.") % {"n": LONGEST_NOTE}
        )
    return Written(
        name=name,
        policy=Policy(
            calendar_id=named(parts.get("opening_hours"), names.calendars, faults=faults) or 0,
            note=note,
            applies_when=tree_in(parts.get("applies_when"), faults=faults),
            promises=in_order(read_promises(parts.get("promises"), names=names, faults=faults)),
        ),
    )


def named(node: yaml.Node | None, rows: Mapping[str, int], *, faults: Faults) -> int | None:
    """Return the id of what a file names, without regard to case; None where it names nothing."""
    if node is None:
        return None
    wanted = text_of(node, faults=faults)
    exact = rows.get(wanted)
    if exact is not None:
        return exact
    for name, pk in rows.items():
        if name.casefold() == wanted.strip().casefold():
            return pk
    faults.add(
        node,
        _("there is no “%(name)s”. There are: %(known)s.")
        % {"name": wanted[:60], "known": ", ".join(rows) or _("none")},
    )
    return None


def tree_in(node: yaml.Node | None, *, faults: Faults) -> dict[str, Any]:
    """Return a condition as plain values; whether it makes sense is told by the checks."""
    if node is None:
        return {}
    found = plain_of(node, faults=faults)
    if isinstance(found, dict):
        return found
    faults.add(node, _("a condition is expected here."))
    return {}


def read_promises(node: yaml.Node | None, *, names: Names, faults: Faults) -> Iterable[Promise]:
    """Yield the promises of a service level."""
    metrics = tuple(metric.value for metric in METRICS)
    if node is None:
        return
    refuse_unknown(node, metrics, faults=faults)
    for metric, _key, by_priority in entries_of(node, faults=faults):
        if metric not in metrics:
            continue
        refuse_unknown(by_priority, tuple(PRIORITY_CODES), faults=faults)
        for code, _priority_key, value in entries_of(by_priority, faults=faults):
            if code in PRIORITY_CODES:
                yield read_promise(
                    value, metric=Metric(metric), priority=PRIORITY_CODES[code], names=names,
                    faults=faults,
                )  # fmt: skip


def read_promise(
    node: yaml.Node, *, metric: Metric, priority: int, names: Names, faults: Faults
) -> Promise:
    """Return one promise: a span, or a span and what else it says."""
    parts: dict[str, yaml.Node] = {"within": node}
    if isinstance(node, yaml.MappingNode):
        known = ("within", "opening_hours", "ladder", "recurrence", "conditions")
        refuse_unknown(node, known, faults=faults)
        parts = {name: value for name, _key, value in entries_of(node, faults=faults)}
    if "within" not in parts:
        faults.add(node, _("“within” is needed."))
    recurrence = (
        text_of(parts["recurrence"], faults=faults) if "recurrence" in parts else Recurrence.NONE
    )
    if recurrence not in Recurrence.values:
        faults.add(parts["recurrence"], _("it is one of none, sequential and independent."))
        recurrence = Recurrence.NONE
    within, days = read_span(parts.get("within"), faults=faults)
    return Promise(
        metric=metric,
        priority=priority,
        within=within,
        within_days=days,
        recurrence=Recurrence(recurrence),
        conditions=tree_in(parts.get("conditions"), faults=faults),
        calendar_id=named(parts.get("opening_hours"), names.calendars, faults=faults),
        ladder_id=named(parts.get("ladder"), names.ladders, faults=faults),
    )


def read_span(node: yaml.Node | None, *, faults: Faults) -> tuple[Any, int | None]:
    """Return a span as the file says it."""
    try:
        return span_in(text_of(node, faults=faults) if node is not None else "0 min")
    except NotASpan as refusal:
        faults.add(node, str(refusal))
        return span_in("0 min")


# ---- drafting --------------------------------------------------------------------------------


@transaction.atomic
def import_drafts(content: bytes, *, actor: Actor, at: datetime) -> list[PolicyVersion]:
    """Make a draft of each service level of a file; nothing is published, all or none is done.

    A service level is found by its name; one that is not there is added.

    Raises:
        BadFile: something is wrong with the file.
        DraftExists: one of them has a draft already.
    """
    actor.require(Permission.CONFIGURE)
    found = read_file(content, names=names_here())
    levels = {one.name.casefold(): one for one in ServiceLevel.objects.order_by("id")}
    return [
        start_draft(
            service_level_id=(
                levels.get(one.name.casefold())
                or add_service_level(name=one.name, actor=actor, at=at)
            ).pk,
            policy=one.policy,
            actor=actor,
            at=at,
        )
        for one in found
    ]


__all__ = ["BadFile", "Names", "Written", "import_drafts", "names_here", "read_file",
           "written_versions"]  # fmt: skip
