"""Many of one row, as its own rows: for pages that must not care how many there are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cases.models import Case
from problems.models import Affected, CaseLink, Leg, Problem, ProblemClock
from workflow.history.models import Entry

MINUTE = timedelta(minutes=1)


def copies_of(row: Any, *, count: int, differing: Callable[[int], dict[str, Any]]) -> list[Any]:
    """Return so many new rows like one, each with what differs at its place from 1 on."""
    kind = type(row)
    same = {
        field.attname: getattr(row, field.attname)
        for field in kind._meta.concrete_fields
        if not field.primary_key
    }
    made = [kind(**{**same, **differing(place)}) for place in range(1, count + 1)]
    return list(kind.objects.bulk_create(made, batch_size=1000))


def retell(kind: str, *, of: int, for_ids: list[int], until: int) -> None:
    """Let the histories of copies tell the first states that the history of one tells."""
    for entry in Entry.objects.filter(subject_kind=kind, subject_id=of, state_version__lte=until):
        copies_of(
            entry,
            count=len(for_ids),
            differing=lambda place: {"subject_id": for_ids[place - 1], "is_news": False},
        )


def link_many(problem: Problem, *, count: int) -> None:
    """Link so many more cases of as many customers to a problem that has one."""
    link = CaseLink.objects.filter(problem=problem, kind="confirmed").select_related("case")[0]
    affected = Affected.objects.get(problem=problem, contact_id=link.case.contact_id)
    last = Case.objects.order_by("-number").values_list("number", flat=True)[0]
    contacts = copies_of(
        link.case.contact, count=count, differing=lambda place: {"name": f"Customer {place}"}
    )
    cases = copies_of(
        link.case,
        count=count,
        differing=lambda place: {
            "number": last + place,
            "contact_id": contacts[place - 1].pk,
            "state": "new",
            "state_version": 1,
            "external_id": f"copy-{problem.pk}-{last + place}",
        },
    )
    retell("case", of=link.case_id, for_ids=[case.pk for case in cases], until=1)
    copies_of(link, count=count, differing=lambda place: {"case_id": cases[place - 1].pk})
    copies_of(affected, count=count, differing=lambda place: {"contact_id": contacts[place - 1].pk})


def lengthen(problem: Problem, *, legs: int, departments: list[int]) -> None:
    """Let a problem have gone so many more stays of a minute each before the one it is in."""
    last = Leg.objects.get(problem=problem, left_at__isnull=True)
    begins, ends = last.entered_at, last.entered_at + legs * MINUTE
    Leg.objects.filter(pk=last.pk).update(
        position=last.position + legs,
        entered_at=ends,
        acknowledged_at=ends if last.acknowledged_at else None,
    )
    copies_of(
        last,
        count=legs,
        differing=lambda place: {
            "position": last.position + place - 1,
            "department_id": departments[place % len(departments)],
            "entered_because": "handed_over",
            "entered_at": begins + (place - 1) * MINUTE,
            "acknowledged_at": begins + (place - 1) * MINUTE,
            "left_at": begins + place * MINUTE,
        },
    )


def multiply_problem(problem: Problem, *, count: int) -> None:
    """Let there be so many more problems with the legs and clocks of one."""
    number = Problem.objects.order_by("-number").values_list("number", flat=True)[0]
    made = copies_of(problem, count=count, differing=lambda place: {"number": number + place})
    versions = problem.state_version
    retell("problem", of=problem.pk, for_ids=[one.pk for one in made], until=versions)
    for kind in (Leg, ProblemClock):
        for row in kind.objects.filter(problem=problem):
            copies_of(row, count=count, differing=lambda place: {"problem_id": made[place - 1].pk})
