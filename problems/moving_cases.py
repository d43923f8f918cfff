"""Take cases, ledger rows and scopes from one problem to another, and remember which: they can go back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Min, OuterRef, QuerySet, Subquery

from cases.lifecycle import let_case_wait_for_problem, stop_waiting_for_problem
from cases.models import Case
from problems.broadcast_occasions import named
from problems.learning import forget_case, learn_case
from problems.linking import redate
from problems.models import (
    Affected,
    CaseLink,
    ContactFollow,
    Follow,
    Problem,
    ReshapedRow,
    Reshaping,
    Scope,
    Told,
)
from problems.models.link import LinkKind, LinkReason
from problems.teaching import LessonKind, teach
from workflow.people.actors import Actor
from workflow.tenancy.scope import tenant_of_the_scope

AT_A_TIME = 1000
LINK, TWIN, ROW, PAST, TOLD, COUNTED, SAID, SCOPE = (
    "link", "twin", "row", "past", "told", "counted", "said", "scope",
)  # fmt: skip
FOLLOWS = (("follow", Follow, "user_id"), ("contact_follow", ContactFollow, "contact_id"))

# What two rows of one customer say together is what was so first.
TOGETHER = """
UPDATE problems_affected kept SET
  found_at = least(kept.found_at, other.found_at), me_too_at = least(kept.me_too_at, other.me_too_at),
  told_at = least(kept.told_at, other.told_at),
  delivered_at = least(kept.delivered_at, other.delivered_at),
  seen_at = least(kept.seen_at, other.seen_at),
  workaround_at = least(kept.workaround_at, other.workaround_at)
FROM problems_affected other
WHERE kept.tenant_id = %(tenant)s AND other.tenant_id = %(tenant)s
  AND kept.problem_id = %(into)s AND other.problem_id = %(problem)s
  AND other.contact_id = kept.contact_id AND other.left_at IS NULL
"""


def noted(reshaping: Reshaping, code: str, rows: Iterable[tuple[int, int | None, str]]) -> None:
    """Remember which rows went along, what they belonged to, and what they said."""
    made = [
        ReshapedRow(reshaping=reshaping, code=code, row=row, was=was, was_kind=kind)
        for row, was, kind in rows
    ]
    ReshapedRow.objects.bulk_create(made, batch_size=AT_A_TIME)


def rows_noted(reshaping: Reshaping, code: str) -> list[ReshapedRow]:
    """Return which rows of a kind went along, in their order; one query."""
    return list(ReshapedRow.objects.filter(reshaping=reshaping, code=code).order_by("id"))


# ---- cases -----------------------------------------------------------------------------------


def move_links(
    reshaping: Reshaping, links: QuerySet[CaseLink], *, actor: Actor, at: datetime
) -> list[Case]:
    """Let cases belong to the other problem; returns those whose cause it is now.

    Where somebody said already what the other problem is to a case, that row says now that it is
    the cause, and the old one that it is not. Some six queries, and twenty for each linked case.
    """
    source, target = reshaping.problem, reshaping.into
    moved = list(links.select_related("case").order_by("case_id"))
    there = CaseLink.objects.filter(problem=target, case_id__in=[one.case_id for one in moved])
    twins = {one.case_id: one for one in there}
    plain = [one for one in moved if one.case_id not in twins]
    doubled = [one for one in moved if one.case_id in twins and one.kind == LinkKind.CONFIRMED]
    CaseLink.objects.filter(pk__in=[one.pk for one in plain]).update(problem=target)
    noted(reshaping, LINK, [(one.pk, source.pk, one.kind) for one in plain])
    for one in doubled:
        twin = twins[one.case_id]
        say(one, LinkKind.REJECTED, reason=LinkReason.OTHER_PROBLEM, actor=actor, at=at)
        noted(reshaping, TWIN, [(twin.pk, one.pk, twin.kind)])
        say(twin, LinkKind.CONFIRMED, reason=LinkReason.NOT_SAID, actor=actor, at=at)
    linked = [one.case for one in moved if one in doubled or one.kind == LinkKind.CONFIRMED]
    if linked:
        # Before the words of the cases are counted: whoever saves it then would forget them.
        earliest = min(linked, key=lambda case: case.first_contact_at)
        redate(target, earliest, actor=actor, at=at)
    for case in linked:
        hand_over(case, source=source, target=target, actor=actor, at=at)
    return linked


def say(link: CaseLink, kind: LinkKind, *, reason: LinkReason, actor: Actor, at: datetime) -> None:
    """Save what a link says from now on."""
    link.kind, link.reason, link.is_automatic = kind, reason, False
    link.decided_by_id, link.decided_at = actor.user_id, at
    link.save()


def hand_over(case: Case, *, source: Problem, target: Problem, actor: Actor, at: datetime) -> None:
    """Let a case wait for, and teach, another problem than before."""
    # First the new reason: a case that waits for nothing would go back to its agent in between.
    if target.is_open:
        let_case_wait_for_problem(case_id=case.pk, problem_id=target.pk, actor=actor, at=at)
    stop_waiting_for_problem(case_id=case.pk, problem_id=source.pk, actor=actor, at=at)
    forget_case(source, case)
    learn_case(target, case)
    teach(LessonKind.UNLINKED, problem_id=source.pk, case_id=case.pk, at=at)
    teach(LessonKind.LINKED, problem_id=target.pk, case_id=case.pk, at=at)


def bring_links_back(reshaping: Reshaping, *, actor: Actor, at: datetime) -> list[Case]:
    """Give back the cases that still belong to the other problem.

    Returns those that are linked: they have yet to be handed over.
    """
    source, target = reshaping.problem, reshaping.into
    moved = {one.row: one for one in rows_noted(reshaping, LINK)}
    still = CaseLink.objects.filter(pk__in=moved, problem=target)
    again = CaseLink.objects.filter(problem=source).values("case_id")
    links = list(still.exclude(case_id__in=again).select_related("case").order_by("case_id"))
    CaseLink.objects.filter(pk__in=[one.pk for one in links]).update(problem=source)
    back = [one.case for one in links if one.kind == LinkKind.CONFIRMED]
    for row in rows_noted(reshaping, TWIN):
        twin = CaseLink.objects.filter(pk=row.row, kind=LinkKind.CONFIRMED).first()
        own = CaseLink.objects.select_related("case").filter(pk=row.was or 0).first()
        if twin is None or own is None:
            continue
        say(twin, LinkKind(row.was_kind), reason=LinkReason.NOT_SAID, actor=actor, at=at)
        say(own, LinkKind.CONFIRMED, reason=LinkReason.NOT_SAID, actor=actor, at=at)
        back.append(own.case)
    return back


# ---- ledger ----------------------------------------------------------------------------------


def move_rows(
    reshaping: Reshaping, *, at: datetime, contacts: Collection[int] | None = None
) -> int:
    """Take rows of the ledger along with what they were told; returns how many customers.

    Who stands in both ledgers is one row there: what was so first counts, each message once, and
    the old row stays in the past of its problem. Some ten queries for any number.
    """
    source, target = reshaping.problem, reshaping.into
    rows = Affected.objects.filter(problem=source)
    if contacts is not None:
        rows = rows.filter(contact_id__in=contacts)
    there = Affected.objects.filter(problem=target).values("contact_id")
    present = rows.filter(left_at__isnull=True).count()
    moving = list(rows.exclude(contact_id__in=there).values_list("pk", flat=True))
    doubled = list(
        rows.filter(contact_id__in=there, left_at__isnull=True).values_list("pk", flat=True)
    )
    if doubled:
        put_together(reshaping, doubled, at=at)
    for begin in range(0, len(moving), AT_A_TIME):
        some = Affected.objects.filter(pk__in=moving[begin : begin + AT_A_TIME])
        some.update(problem=target)
    noted(reshaping, ROW, [(row, source.pk, "") for row in moving])
    return present


def put_together(reshaping: Reshaping, doubled: Sequence[int], *, at: datetime) -> None:
    """Let the rows of customers who stand in both ledgers say together what each said."""
    source, target = reshaping.problem, reshaping.into
    kept = Affected.objects.filter(problem=target, contact=OuterRef("affected__contact"))
    its_messages = Told.objects.filter(affected__problem=target)
    said_first = Affected.objects.filter(
        problem=target,
        me_too_at__isnull=True,
        contact_id__in=Affected.objects.filter(pk__in=doubled, me_too_at__isnull=False).values(
            "contact_id"
        ),
    )
    noted(reshaping, SAID, [(row, None, "") for row in said_first.values_list("pk", flat=True)])
    with connection.cursor() as cursor:
        cursor.execute(
            TOGETHER,
            {"tenant": tenant_of_the_scope(), "into": target.pk, "problem": source.pk},
        )
    told = Told.objects.filter(affected_id__in=doubled).annotate(
        kept=Subquery(kept.values("pk")[:1])
    )
    twice = its_messages.filter(
        message=OuterRef("message"), affected__contact=OuterRef("affected__contact")
    )
    moving = list(
        told.annotate(twice=Subquery(twice.values("pk")[:1]))
        .filter(twice__isnull=True)
        .values_list("pk", "affected_id", "kept")
    )
    noted(reshaping, TOLD, [(row, was, "") for row, was, _kept in moving])
    Told.objects.bulk_update(
        [Told(pk=row, affected_id=to) for row, _was, to in moving],
        ["affected"],
        batch_size=AT_A_TIME,
    )
    noted(reshaping, PAST, [(row, None, "") for row in doubled])
    Affected.objects.filter(pk__in=doubled).update(left_at=at)


def count_same_words(reshaping: Reshaping) -> int:
    """Let whoever was told the same workaround count as told; returns how many; three queries.

    It was written down twice, in the same words: nobody has to read it again.
    """
    source, target = reshaping.problem, reshaping.into
    words = source.workaround.strip()
    is_same = words != "" and words == target.workaround.strip()
    if not is_same or source.workaround_at is None or target.workaround_at is None:
        return 0
    before, now = (named("workaround", at) for at in (source.workaround_at, target.workaround_at))
    rows = Told.objects.filter(affected__problem=target, message=before)
    known = Told.objects.filter(affected__problem=target, message=now).values("affected_id")
    made = [
        Told(affected_id=one.affected_id, message=now, channel=one.channel, at=one.at)
        for one in rows.exclude(affected_id__in=known)
    ]
    Told.objects.bulk_create(made, batch_size=AT_A_TIME)
    noted(reshaping, COUNTED, [(one.pk, None, "") for one in made])
    return len(made)


def bring_rows_back(reshaping: Reshaping) -> None:
    """Give back the rows of the ledger that went along, with what they were told since."""
    source, target = reshaping.problem, reshaping.into
    Told.objects.filter(pk__in=[one.row for one in rows_noted(reshaping, COUNTED)]).delete()
    there = Affected.objects.filter(problem=source).values("contact_id")
    moved = [one.row for one in rows_noted(reshaping, ROW)]
    back = Affected.objects.filter(pk__in=moved, problem=target).exclude(contact_id__in=there)
    Affected.objects.filter(pk__in=list(back.values_list("pk", flat=True))).update(problem=source)
    past = [one.row for one in rows_noted(reshaping, PAST)]
    Affected.objects.filter(pk__in=past, problem=source).update(left_at=None)
    told = rows_noted(reshaping, TOLD)
    Told.objects.bulk_update(
        [Told(pk=one.row, affected_id=one.was or 0) for one in told],
        ["affected"],
        batch_size=AT_A_TIME,
    )
    said = [one.row for one in rows_noted(reshaping, SAID)]
    Affected.objects.filter(pk__in=said).update(me_too_at=None)
    contacts = Affected.objects.filter(pk__in=past).values("contact_id")
    tell_times_anew(Affected.objects.filter(problem=target, contact_id__in=contacts))


def tell_times_anew(rows: QuerySet[Affected]) -> None:
    """Let the times of rows be those of the messages that are theirs."""
    told = Told.objects.filter(affected=OuterRef("pk")).order_by().values("affected")
    rows.update(
        told_at=Subquery(told.values(first=Min("at"))),
        delivered_at=Subquery(told.values(first=Min("delivered_at"))),
        seen_at=Subquery(told.values(first=Min("seen_at"))),
        workaround_at=Subquery(
            told.filter(message__startswith="workaround:").values(first=Min("at"))
        ),
    )


# ---- scopes and followers --------------------------------------------------------------------


def move_scopes(reshaping: Reshaping) -> None:
    """Let what one problem reaches be reached by the other; three queries."""
    scopes = Scope.objects.filter(problem=reshaping.problem, ended_at__isnull=True)
    ids = list(scopes.values_list("pk", flat=True))
    Scope.objects.filter(pk__in=ids).update(problem=reshaping.into)
    noted(reshaping, SCOPE, [(row, reshaping.problem_id, "") for row in ids])


def bring_scopes_back(reshaping: Reshaping) -> None:
    """Give back the scopes that still hold; two queries."""
    ids = [one.row for one in rows_noted(reshaping, SCOPE)]
    Scope.objects.filter(pk__in=ids, problem=reshaping.into).update(problem=reshaping.problem)


def move_followers(reshaping: Reshaping) -> None:
    """Let those who follow one problem, colleagues and customers, follow the other; six queries."""
    for code, model, who in FOLLOWS:
        theirs = model.objects.filter(problem=reshaping.into).values(who)
        rows = model.objects.filter(problem=reshaping.problem).exclude(**{f"{who}__in": theirs})
        ids = list(rows.values_list("pk", flat=True))
        model.objects.filter(pk__in=ids).update(problem=reshaping.into)
        noted(reshaping, code, [(row, reshaping.problem_id, "") for row in ids])


def bring_followers_back(reshaping: Reshaping) -> None:
    """Give back those who follow still; four queries."""
    for code, model, _who in FOLLOWS:
        ids = [one.row for one in rows_noted(reshaping, code)]
        model.objects.filter(pk__in=ids, problem=reshaping.into).update(problem=reshaping.problem)
