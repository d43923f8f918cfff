"""The words of a broadcast: checked before they are kept, shown as each recipient reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import Case
from knowledge.queries import title_for_customers
from problems.broadcast_occasions import occasion_of
from problems.broadcasting import draft_broadcast, edit_broadcast
from problems.models import Affected, Broadcast, CaseLink, Problem
from problems.models.broadcast import BroadcastKind
from problems.models.link import LinkKind
from problems.recipients import Chosen, recipients
from servicedesk.notifications.broadcast_mails import MAIL_OF
from servicedesk.notifications.composing import context_of, values_of
from servicedesk.notifications.models import Notification
from servicedesk.notifications.rewording import Words, refuse_bad_words, words_of
from servicedesk.notifications.texts import EXAMPLES, MAILS, filled, filled_line
from servicedesk.notifications.ways_in import home_of
from workflow.people.actors import Actor
from workflow.refusals import Refusal

# What the portal shows of each decision, in the same words as the mail's.
SAID_IN_PORTAL = {
    BroadcastKind.WORKAROUND: ("workaround", "estimate"),
    BroadcastKind.ESTIMATE: ("estimate", "reason"),
    BroadcastKind.FIXED: ("solution", "cause"),
    BroadcastKind.WONT_FIX: ("reason",),
    BroadcastKind.REGRESSION: ("reason", "estimate"),
    BroadcastKind.PROMISE: ("change", "reason", "next_news"),
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """What somebody wrote: whose words, to whom, and why; `occasion` is that of a stored one."""

    kind: BroadcastKind
    subject: str = ""
    text: str = ""
    reason: str = ""
    filters: Mapping[str, Any]
    occasion: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How one kind of recipient reads it; `name` is a true recipient's, empty for an example."""

    code: str
    subject: str
    text: str
    name: str = ""


def usual_words(kind: BroadcastKind) -> Words:
    """Return what a mail of this kind says when nothing else was written; one query."""
    return words_of(MAIL_OF[kind])


def variables_of(kind: BroadcastKind) -> tuple[str, ...]:
    """Return what the words of a kind may name."""
    return MAILS[MAIL_OF[kind]].variables


def checked(written: Written) -> tuple[str, str]:
    """Return subject and text as they are kept: nothing, where they are the usual words.

    Raises:
        BadWording: they name what nobody knows, or leave out what they are for.
    """
    subject = " ".join(written.subject.split())
    text = written.text.replace("\r\n", "\n").strip()
    usual = usual_words(written.kind)
    if not subject and not text:
        return "", ""
    if (subject, text) == (usual.subject, usual.text):
        return "", ""
    refuse_bad_words(MAILS[MAIL_OF[written.kind]], subject=subject, text=text)
    return subject, text


def write_broadcast(problem: Problem, *, written: Written, actor: Actor, at: datetime) -> Broadcast:
    """Keep a draft whose variables are checked; see `problems.broadcasting.draft_broadcast`.

    Raises:
        BadWording: see `checked`.
    """
    subject, text = checked(written)
    return draft_broadcast(
        problem_id=problem.pk,
        kind=written.kind,
        subject=subject,
        text=text,
        reason=written.reason,
        filters=written.filters,
        actor=actor,
        at=at,
    )


def rewrite_broadcast(
    broadcast: Broadcast, *, written: Written, actor: Actor, at: datetime, version: int | None
) -> Broadcast:
    """Keep a draft written anew; see `problems.broadcasting.edit_broadcast`.

    Raises:
        BadWording: see `checked`.
    """
    subject, text = checked(written)
    return edit_broadcast(
        broadcast_id=broadcast.pk,
        subject=subject,
        text=text,
        reason=written.reason,
        filters=written.filters,
        actor=actor,
        at=at,
        expected_version=version,
    )


def as_if(problem: Problem, *, written: Written) -> Broadcast:
    """Return a broadcast of what was written that is not stored; about two queries.

    Raises:
        NothingToTell, BadWording, BadRecipients: see `previews`.
    """
    occasion, estimate = occasion_of(problem, written.kind)
    subject, text = checked(written)
    return Broadcast(
        problem=problem,
        kind=written.kind,
        occasion=occasion,
        estimate=estimate,
        subject=subject,
        text=text,
        reason=written.reason,
        filters=Chosen.of(written.filters).as_filters(),
    )


def previews_of(broadcast: Broadcast) -> list[Preview]:
    """Return how each kind of recipient reads a broadcast that is stored, see `previews`.

    Nothing is shown of a decision that is not so any more.
    """
    written = Written(
        kind=BroadcastKind(broadcast.kind),
        subject=broadcast.subject,
        text=broadcast.text,
        reason=broadcast.reason,
        filters=broadcast.filters,
        occasion=broadcast.occasion,
    )
    try:
        return previews(broadcast.problem, written=written)
    except Refusal:
        return []


def previews(problem: Problem, *, written: Written, names_customers: bool = True) -> list[Preview]:
    """Return how each kind of recipient reads it: by mail with and without a case, in the portal.

    A true recipient of each kind is taken where there is one and the reader may know customers
    (`names_customers`), else an example. Nothing is stored.
    About fifteen queries.

    Raises:
        NothingToTell: the decision was not made.
        BadWording, BadRecipients: see `checked` and `problems.recipients`.
    """
    occasion_of(problem, written.kind)
    subject, text = checked(written)
    usual = usual_words(written.kind)
    words = Words(subject=subject, text=text, is_own=True) if text else usual
    rows = recipients(problem.pk, kind=written.kind, chosen=Chosen.of(written.filters))
    if not names_customers:
        rows = rows.none()
    linked = CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED)
    has_case = linked.values("case__contact")
    found = {
        "mail_with_case": rows.filter(contact__in=has_case).select_related("contact").first(),
        "mail_without_case": rows.exclude(contact__in=has_case).select_related("contact").first(),
    }
    shown = [
        preview_of(code, row, problem, words=words, written=written) for code, row in found.items()
    ]
    portal = in_portal(problem, written=written)
    is_fixed = written.kind == BroadcastKind.FIXED
    thread = Preview(code="thread", subject="", text=problem.solution if is_fixed else portal.text)
    return [*shown, thread, portal]


def said_in_thread(broadcast: Broadcast) -> str:
    """Return what stands of a broadcast in the thread of each linked case; about five queries.

    Nothing of a fix: each case gets the solution as it is resolved.
    """
    if broadcast.kind == BroadcastKind.FIXED:
        return ""
    written = Written(
        kind=BroadcastKind(broadcast.kind),
        reason=broadcast.reason,
        filters=broadcast.filters,
        occasion=broadcast.occasion,
    )
    return in_portal(broadcast.problem, written=written).text


def preview_of(
    code: str, row: Affected | None, problem: Problem, *, words: Words, written: Written
) -> Preview:
    """Return a mail as one recipient reads it."""
    is_linked = code == "mail_with_case"
    case = None
    if row is not None and is_linked:
        case = (
            Case.objects.filter(
                links__problem=problem, links__kind=LinkKind.CONFIRMED, contact=row.contact
            )
            .order_by("-id")
            .first()
        )
    values = values_for(problem, row=row, case=case, written=written)
    if row is None and not is_linked:
        values |= {"number": problem.name, "subject": title_for_customers(problem)}
    return Preview(
        code=code,
        subject=filled_line(words.subject, values),
        text=filled(words.text, values),
        name=row.contact.name if row is not None else "",
    )


def values_for(
    problem: Problem, *, row: Affected | None, case: Case | None, written: Written
) -> dict[str, str]:
    """Return what the variables stand for, for one recipient or for an example."""
    home = home_of(problem.tenant.slug)
    notification = Notification(
        kind=MAIL_OF[written.kind],
        tenant=problem.tenant,
        contact=row.contact if row is not None else None,
        case=case,
        problem=problem,
        broadcast=Broadcast(
            problem=problem,
            kind=written.kind,
            reason=written.reason,
            occasion=written.occasion,
        ),
    )
    known = values_of(context_of(notification, way_in=f"{home}/help/"))
    if row is not None:
        return known
    examples = {name: EXAMPLES[name]() for name in ("greeting", "number", "subject")}
    return known | examples


def in_portal(problem: Problem, *, written: Written) -> Preview:
    """Return what the issue page shows of it to everybody whom it concerns."""
    values = values_for(problem, row=None, case=None, written=written)
    said = [values[name] for name in SAID_IN_PORTAL[written.kind] if values.get(name)]
    title = title_for_customers(problem)
    return Preview(code="portal", subject=title, text="\n\n".join(said))
