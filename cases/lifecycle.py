"""What can be done with a case: open, assign, pend, resolve, reopen, close."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.access import refuse_mere_readers
from cases.clock_facts import CaseFacts
from cases.events import CaseOpened, CaseReopened, CaseResolved
from cases.mailed_links import without_secrets
from cases.models import BlockedBy, Case, Message, RequestType
from cases.numbering import next_number
from cases.service_levels import begin_clocks, follow, next_look_of
from cases.states import CaseState, Channel, Feeling, Priority
from customers.entitlements import offers_for
from customers.models import Contact, Product
from workflow.branding import Brand
from workflow.clocks.models import ServiceLevel
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import fitting
from workflow.outbox.event import Event
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor, ActorKind, NotPermitted, Source
from workflow.people.models import Department, User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept
from workflow.tenancy.kept_writes import insert, update

LOOK_AGAIN_AFTER = timedelta(days=1)
CLOSED_AFTER_QUIET = timedelta(days=7)


class ChangedMeanwhile(Refusal):
    """Somebody else changed the record since this person read it."""

    code = "changed_meanwhile"


class CaseHasEnded(Refusal):
    """The case is resolved, closed, merged or spam."""

    code = "case_has_ended"


class NotResolved(Refusal):
    """Only a resolved case can be reopened or closed."""

    code = "not_resolved"


class NoSuchPriority(Refusal):
    """Priorities run from 1 to 4."""

    code = "no_such_priority"


class NoSuchFeeling(Refusal):
    """Feelings run from 1 to 5."""

    code = "no_such_feeling"


class EmptyText(Refusal):
    """Something has to be said."""

    code = "empty_text"


@transaction.atomic
def open_case(
    *,
    contact: Contact,
    subject: str,
    text: str,
    channel: Channel,
    actor: Actor,
    at: datetime,
    html: str = "",
    quoted: str = "",
    mail_id: str | None = None,
    product: Product | None = None,
    category: str = "",
    request_type: RequestType | None = None,
    priority: int = Priority.NORMAL,
    wanted_outcome: str = "",
    external_id: str | None = None,
    first_contact_at: datetime | None = None,
    follows: Case | None = None,
    may_acknowledge: bool = True,
    runs_clocks: bool = True,
    is_unverified: bool = False,
    service_level: ServiceLevel | None = None,
    queue: Department | None = None,
    brand: Brand | None = None,
) -> Case:
    """Open a case with its first message; clocks, history and news in the same transaction.

    `first_contact_at` is when the customer first reached us, `at` by default. Old cases that are
    imported run no clocks and get no receipt. Who opens many may hand in the service level and
    customer service, which are looked up otherwise (three queries). Links of our mails are kept
    without their secrets.

    Raises:
        NotPermitted: the actor may neither open cases nor use the portal.
        EmptyText: neither subject nor text.
        NoServiceLevel: the tenant has no default service level.
    """
    if actor.kind is not ActorKind.CONTACT:
        actor.require(Permission.OPEN_CASE)
    if not subject.strip() and not text.strip():
        raise EmptyText(
            _("A case needs a subject or a text."), next_step=_("Write what it is about.")
        )
    reached_at = min(first_contact_at or at, at)
    subject, text, html, quoted = map(without_secrets, (subject, text, html, quoted))
    case = Case(
        number=next_number("case"),
        subject=short_subject(subject or text),
        channel=channel,
        priority=priority,
        contact=contact,
        organisation_id=contact.organisation_id,
        product=product,
        category=fitting(category, longest=80),
        request_type=request_type,
        owner_id=None,
        queue=queue or service_department(),
        next_look_at=at + LOOK_AGAIN_AFTER,
        brand=brand,
        wanted_outcome=wanted_outcome,
        external_id=external_id,
        follows=follows,
        first_contact_at=reached_at,
        opened_at=at,
        last_message_at=at,
    )
    case.service_level = service_level or level_of(case, event="opened")
    clocks = begin_clocks(
        case, version_id=case.service_level.version_id if runs_clocks else None, at=at
    )
    case.next_look_at = next_look_of(clocks.begun, otherwise=case.next_look_at)
    insert(case)
    clocks.write()
    insert(
        Message(
            case=case,
            direction="in",
            channel=channel,
            contact=contact,
            text=text,
            quoted=quoted,
            html=html,
            mail_id=mail_id,
            is_unverified=is_unverified,
            at=reached_at,
        )
    )
    entry = record(
        Action.CASE_OPENED,
        case,
        actor=actor,
        at=at,
        changes={"channel": channel.value, "number": case.number},
        changes_state=True,
    )
    publish(
        CaseOpened(
            case_id=case.pk,
            opened_at=at,
            may_acknowledge=may_acknowledge,
            is_imported=actor.source is Source.IMPORT,
        ),
        at=at,
        entry_id=entry.pk,
    )
    return case


def level_of(case: Case, *, event: str) -> ServiceLevel:
    """Return the service level that serves a case by what is so now; two queries.

    Raises:
        NoServiceLevel: the tenant has no default service level.
    """
    offers = offers_for(case.contact, product=case.product, at=case.opened_at)
    return offers.best(CaseFacts(case, event=event))


def short_subject(text: str) -> str:
    """Return a subject of one line and at most 120 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:117].rsplit(' ', 1)[0]}…"


def service_department() -> Department:
    """Return the tenant's customer service; one query."""
    return customer_service()[0]


@kept()
def customer_service() -> QuerySet[Department]:
    """Return the department that is the tenant's customer service."""
    return Department.objects.filter(is_customer_service=True)


def lock_case(case_id: int, *, expected_version: int | None = None) -> Case:
    """Return the case, locked until the transaction ends; one query.

    Raises:
        ChangedMeanwhile: `expected_version` is given and is not the version of today.
    """
    found = cases_to_lock(case=case_id)
    if not found:
        raise Case.DoesNotExist(f"There is no case {case_id}.")
    case = found[0]
    if expected_version is not None and case.version != expected_version:
        raise ChangedMeanwhile(
            _("Somebody changed this case while you had it open."),
            next_step=_("Load the case again, look at what is new, and decide once more."),
        )
    return case


@kept("case")
def cases_to_lock(*, case: int) -> QuerySet[Case]:
    """Return the case of an id with its customer, to be locked."""
    cases = Case.objects.select_for_update(of=("self",)).select_related("contact")
    return cases.filter(pk=case)


def refuse_ended(case: Case) -> None:
    """Refuse to work on a case that has ended."""
    if not case.is_open:
        raise CaseHasEnded(
            _("This case is already %(state)s.") % {"state": case.state},
            next_step=_("Reopen it to go on with it."),
        )


def note_change(
    case: Case,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    changes: dict[str, ChangeValue] | None = None,
    changes_state: bool = False,
    event: Event | None = None,
) -> None:
    """Save a changed case, write its history and tell the news of it; three to five queries."""
    case.version += 1
    update(case)
    entry = record(action, case, actor=actor, at=at, changes=changes, changes_state=changes_state)
    if event is not None:
        publish(event, at=at, entry_id=entry.pk)


@transaction.atomic
def assign_case(
    *,
    case_id: int,
    owner: User | None,
    queue: Department | None,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
    why: Mapping[str, ChangeValue] | None = None,
) -> Case:
    """Give a case to a person, to a department's queue, or to a person of that department.

    `why` says in short values why that person was chosen.

    Raises:
        ChangedMeanwhile: somebody was faster.
        CaseHasEnded: there is nothing to do any more.
    """
    actor.require(Permission.ASSIGN_CASE)
    case = lock_case(case_id, expected_version=expected_version)
    refuse_ended(case)
    case.owner = owner
    case.queue = queue or (None if owner else service_department())
    changes_state = case.state == CaseState.NEW and owner is not None
    if changes_state:
        case.work_on()
    follow(case, event="assigned", at=at)
    note_change(
        case,
        Action.CASE_ASSIGNED,
        actor=actor,
        at=at,
        changes={
            "owner": owner.pk if owner else None,
            "queue": queue.pk if queue else None,
            **(why or {}),
        },
        changes_state=changes_state,
    )
    return case


@transaction.atomic
def set_priority(
    *, case_id: int, priority: int, actor: Actor, at: datetime, expected_version: int | None = None
) -> Case:
    """Set a priority from 1 (urgent) to 4 (low); running clocks get its targets.

    Raises:
        NoSuchPriority: not 1 to 4.
        ChangedMeanwhile: somebody was faster.
        CaseHasEnded: there is nothing to do any more.
    """
    actor.require(Permission.WORK_CASE)
    if priority not in Priority.ALL:
        raise NoSuchPriority(
            _("There is no priority %(priority)s.") % {"priority": priority},
            next_step=_("Choose one from 1 (urgent) to 4 (low)."),
        )
    case = lock_case(case_id, expected_version=expected_version)
    refuse_ended(case)
    before = case.priority
    version = version_at(case, priority=priority)
    case.priority = priority
    follow(case, event="priority", at=at, version_id=version)
    note_change(
        case,
        Action.CASE_PRIORITY_SET,
        actor=actor,
        at=at,
        changes={"from": before, "to": priority},
    )
    return case


def version_at(case: Case, *, priority: int) -> int | None:
    """Return the version of another service level, if the priority alone decides for it.

    What else has changed since the case was opened moves no promise; two queries.
    """
    offers = offers_for(case.contact, product=case.product, at=case.opened_at)
    now = CaseFacts(case, event="priority")
    before, after = offers.best(now), offers.best({**now, "priority": priority})
    if before == after:
        return None
    case.service_level = after
    return after.version_id


@transaction.atomic
def note_feeling(
    *, case_id: int, feeling: int, actor: Actor, at: datetime, expected_version: int | None = None
) -> Case:
    """Note how the customer feels about the case, from 1 (upset) to 5 (delighted).

    Raises:
        NoSuchFeeling: not 1 to 5.
        ChangedMeanwhile: somebody was faster.
    """
    actor.require(Permission.WORK_CASE)
    refuse_unknown_feeling(feeling)
    case = lock_case(case_id, expected_version=expected_version)
    return keep_feeling(case, feeling=feeling, actor=actor, at=at)


@transaction.atomic
def hear_feeling(
    *, case_id: int, contact_id: int, feeling: int, actor: Actor, at: datetime
) -> Case:
    """Keep how the customer says to feel about the own case, from 1 (upset) to 5 (delighted).

    Raises:
        NotPermitted: it is not the customer of the case.
        NoSuchFeeling: not 1 to 5.
    """
    refuse_unknown_feeling(feeling)
    case = lock_case(case_id)
    is_own = actor.kind is ActorKind.CONTACT and actor.id == contact_id == case.contact_id
    if not is_own:
        raise NotPermitted(
            _("Only the customer of a case says how it was."),
            next_step=_("Note it as a colleague."),
        )
    return keep_feeling(case, feeling=feeling, actor=actor, at=at)


def refuse_unknown_feeling(feeling: int) -> None:
    """Refuse what is no feeling.

    Raises:
        NoSuchFeeling: not 1 to 5.
    """
    if feeling not in Feeling.ALL:
        raise NoSuchFeeling(
            _("There is no feeling %(feeling)s.") % {"feeling": feeling},
            next_step=_("Choose one from 1 (upset) to 5 (delighted)."),
        )


def keep_feeling(case: Case, *, feeling: int, actor: Actor, at: datetime) -> Case:
    """Store the feeling of a locked case and its line of history."""
    before, case.feeling = case.feeling, feeling
    note_change(
        case,
        Action.CASE_FEELING_SET,
        actor=actor,
        at=at,
        changes={"from": before, "to": feeling},
    )
    return case


@transaction.atomic
def pend_case(
    *, case_id: int, actor: Actor, at: datetime, expected_version: int | None = None
) -> Case:
    """Wait for the customer's answer.

    Raises:
        ChangedMeanwhile: somebody was faster.
        CaseHasEnded: there is nothing to wait for.
    """
    actor.require(Permission.WORK_CASE)
    case = lock_case(case_id, expected_version=expected_version)
    refuse_ended(case)
    if case.state == CaseState.PENDING:
        return case
    case.pend()
    case.needs_attention = False
    case.next_look_at = at + LOOK_AGAIN_AFTER * 3
    block(case, kind="customer_answer", at=at)
    follow(case, event="state", at=at)
    note_change(case, Action.CASE_PENDED, actor=actor, at=at, changes_state=True)
    return case


@transaction.atomic
def resume_case(*, case_id: int, actor: Actor, at: datetime) -> Case:
    """Go on with a case that was new or waited; nothing happens to one that is open.

    Raises:
        CaseHasEnded: reopen it instead.
    """
    case = lock_case(case_id)
    refuse_ended(case)
    if case.state == CaseState.OPEN:
        return case
    case.work_on()
    case.needs_attention = True
    clocks = follow(case, event="state", at=at)
    case.next_look_at = next_look_of(clocks, otherwise=at + LOOK_AGAIN_AFTER)
    clear_blockers(case, at=at, kind="customer_answer")
    note_change(case, Action.CASE_RESUMED, actor=actor, at=at, changes_state=True)
    return case


@transaction.atomic
def let_case_wait_for_problem(*, case_id: int, problem_id: int, actor: Actor, at: datetime) -> Case:
    """Let a case wait for the fix of a problem; an ended case is left alone."""
    case = lock_case(case_id)
    if not case.is_open:
        return case
    block(case, kind="problem_fix", reference=problem_id, at=at)
    if case.state == CaseState.ON_PROBLEM:
        return case
    case.wait_for_problem()
    case.needs_attention = False
    case.next_look_at = at + LOOK_AGAIN_AFTER * 7
    follow(case, event="state", at=at)
    note_change(
        case,
        Action.CASE_ON_PROBLEM,
        actor=actor,
        at=at,
        changes={"problem": problem_id},
        changes_state=True,
    )
    return case


@transaction.atomic
def stop_waiting_for_problem(*, case_id: int, problem_id: int, actor: Actor, at: datetime) -> Case:
    """Clear what the case waited for; it waits for its customer on, or somebody has to look."""
    case = lock_case(case_id)
    clear_blockers(case, at=at, kind="problem_fix", reference=problem_id)
    blockers = set(case.blockers.filter(cleared_at=None).values_list("kind", flat=True))
    if case.state != CaseState.ON_PROBLEM or "problem_fix" in blockers:
        return case
    if "customer_answer" in blockers:
        case.pend()
        action = Action.CASE_PENDED
    else:
        case.work_on()
        action = Action.CASE_RESUMED
    case.needs_attention = True
    clocks = follow(case, event="state", at=at)
    case.next_look_at = (
        at + LOOK_AGAIN_AFTER * 3
        if action is Action.CASE_PENDED
        else next_look_of(clocks, otherwise=at + LOOK_AGAIN_AFTER)
    )
    note_change(case, action, actor=actor, at=at, changes_state=True)
    return case


@transaction.atomic
def resolve_case(
    *,
    case_id: int,
    actor: Actor,
    at: datetime,
    because_of_problem: int | None = None,
    is_told: bool = False,
    expected_version: int | None = None,
) -> Case:
    """Hold a case solved. With a problem as the reason the contact is told by the problem.

    `is_told` says that the contact is told already, by the answer that goes with it.

    Raises:
        ChangedMeanwhile: somebody was faster.
        CaseHasEnded: it is solved already.
    """
    actor.require(Permission.WORK_CASE)
    case = lock_case(case_id, expected_version=expected_version)
    refuse_ended(case)
    case.resolve(at=at)
    case.needs_attention = False
    case.next_look_at = at + CLOSED_AFTER_QUIET
    clear_blockers(case, at=at)
    follow(case, event="state", at=at)
    note_change(
        case,
        Action.CASE_RESOLVED,
        actor=actor,
        at=at,
        changes={"problem": because_of_problem} if because_of_problem else None,
        changes_state=True,
        event=CaseResolved(case_id=case.pk, is_silent=is_told or because_of_problem is not None),
    )
    return case


@transaction.atomic
def reopen_case(*, case_id: int, actor: Actor, at: datetime) -> Case:
    """Go on with a resolved case: it was not solved.

    Raises:
        NotResolved: it is open, or closed for good.
        OnlyToRead: the customer is not of this case.
    """
    if actor.kind is not ActorKind.CONTACT:
        actor.require(Permission.WORK_CASE)
    case = lock_case(case_id)
    refuse_mere_readers(actor, case)
    if case.state != CaseState.RESOLVED:
        raise NotResolved(
            _("Only a resolved case can be reopened."),
            next_step=_("Write in it if it is open; open a new case if it is closed."),
        )
    case.reopen()
    case.needs_attention = True
    case.queue = case.queue or (None if case.owner_id else service_department())
    clocks = follow(case, event="state", at=at)
    case.next_look_at = next_look_of(clocks, otherwise=at + LOOK_AGAIN_AFTER)
    note_change(
        case,
        Action.CASE_REOPENED,
        actor=actor,
        at=at,
        changes_state=True,
        event=CaseReopened(case_id=case.pk, by_contact=actor.kind is ActorKind.CONTACT),
    )
    return case


@transaction.atomic
def close_case(*, case_id: int, actor: Actor, at: datetime) -> Case:
    """End a resolved case for good; a later answer becomes a new case that names it.

    A customer ends the own case by saying that it works now.

    Raises:
        NotResolved: it is not resolved.
        OnlyToRead: the customer is not of this case.
    """
    if actor.kind is not ActorKind.CONTACT:
        actor.require(Permission.WORK_CASE)
    case = lock_case(case_id)
    refuse_mere_readers(actor, case)
    if case.state != CaseState.RESOLVED:
        raise NotResolved(
            _("Only a resolved case can be closed."), next_step=_("Resolve it first.")
        )
    case.close(at=at)
    note_change(case, Action.CASE_CLOSED, actor=actor, at=at, changes_state=True)
    return case


@transaction.atomic
def mark_spam(
    *, case_id: int, actor: Actor, at: datetime, expected_version: int | None = None
) -> Case:
    """End a case in which nobody asked anything.

    Raises:
        ChangedMeanwhile: somebody was faster.
        CaseHasEnded: it has ended another way.
    """
    actor.require(Permission.WORK_CASE)
    case = lock_case(case_id, expected_version=expected_version)
    refuse_ended(case)
    case.mark_spam(at=at)
    case.needs_attention = False
    clear_blockers(case, at=at)
    follow(case, event="state", at=at)
    note_change(case, Action.CASE_MARKED_SPAM, actor=actor, at=at, changes_state=True)
    return case


def block(case: Case, *, kind: str, at: datetime, reference: int = 0) -> None:
    """Note what the case waits for, once."""
    BlockedBy.objects.get_or_create(
        case=case, kind=kind, reference=reference, cleared_at=None, defaults={"since": at}
    )


def clear_blockers(
    case: Case, *, at: datetime, kind: str | None = None, reference: int | None = None
) -> None:
    """Note that what the case waited for is there; without a kind, everything."""
    blockers = BlockedBy.objects.filter(case=case, cleared_at__isnull=True)
    if kind is not None:
        blockers = blockers.filter(kind=kind)
    if reference is not None:
        blockers = blockers.filter(reference=reference)
    blockers.update(cleared_at=at)
