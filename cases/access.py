"""Which cases somebody may see: the only way from a number to a case."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import Case, Participant, ParticipantState
from customers.models import Contact
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept


class OnlyToRead(Refusal):
    """A contact sees the case of a colleague, and may not act in it."""

    code = "only_to_read"
    status = 403


class NoSuchCase(Refusal):
    """There is no such case, or not for this person; the answer is the same."""

    code = "no_such_case"
    status = 404


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases that an actor may see.

    A contact sees those it asked or was let into, and those of the own organisation if it was
    given that right.
    """
    if actor.kind is ActorKind.CONTACT:
        mine = cases_of_person(actor.id).union(cases_of_colleagues(actor.id), all=True)
        return Case.objects.filter(pk__in=mine).exclude(state="spam")
    if actor.may(Permission.VIEW_CASE):
        return Case.objects.all()
    return Case.objects.none()


def cases_taken_part_in(actor: Actor) -> QuerySet[Case]:
    """Return what a contact sees of its own: asked or let into; none of the organisation's."""
    return Case.objects.filter(pk__in=cases_of_person(actor.id)).exclude(state="spam")


def cases_of_person(contact_id: int) -> QuerySet[Case, int]:
    """Return the ids of the cases of a contact and of those that it was let into.

    A union and no OR: each half is found by its own index, however many cases there are.
    """
    own = Case.objects.filter(contact_id=contact_id).values_list("pk", flat=True)
    let_in = Participant.objects.filter(
        contact_id=contact_id, state=ParticipantState.LET_IN
    ).values_list("case_id", flat=True)
    return own.union(let_in, all=True)


def cases_of_colleagues(contact_id: int) -> QuerySet[Case, int]:
    """Return the ids of the cases of a contact's organisation, if the contact may see them.

    What counts is the organisation of the case: who changes sides takes no old case along.
    """
    organisation = Contact.objects.filter(
        pk=contact_id, sees_organisation=True, organisation__isnull=False
    ).values("organisation_id")
    return Case.objects.filter(organisation_id__in=organisation).values_list("pk", flat=True)


def may_write_in(actor: Actor, case: Case) -> bool:
    """Whether a contact takes part in a case that it sees; at most one query."""
    return (
        case.contact_id == actor.id
        or Case.objects.filter(pk=case.pk, pk__in=cases_of_person(actor.id)).exists()
    )


def refuse_mere_readers(actor: Actor, case: Case) -> None:
    """Refuse a contact who only sees a case; at most one query, none for staff.

    Raises:
        OnlyToRead: the case is a colleague's.
    """
    if actor.kind is not ActorKind.CONTACT or may_write_in(actor, case):
        return
    raise OnlyToRead(
        _("This issue belongs to a colleague of yours: you can read it."),
        next_step=_("Ask your colleague to write, or tell us in an issue of your own."),
    )


def case_for(actor: Actor, number: int) -> Case:
    """Return a case by its number; one query.

    Raises:
        NoSuchCase: it is not there, or not for this actor.
    """
    found = cases_seen(
        number=number,
        kind=actor.kind,
        permissions=actor.permissions & {Permission.VIEW_CASE},
        contact=actor.id if actor.kind is ActorKind.CONTACT else None,
    )
    if not found:
        raise NoSuchCase(
            _("There is no case #%(number)s here.") % {"number": number},
            next_step=_("Check the number, or look for the case in a queue."),
        )
    return found[0]


@kept("number", "contact")
def cases_seen(
    *, number: int, kind: ActorKind, permissions: frozenset[Permission], contact: int = 0
) -> QuerySet[Case]:
    """Return the case of a number, if somebody of such rights sees it."""
    somebody = Actor(kind=kind, id=contact, label="", permissions=permissions)
    cases = visible_cases(somebody).filter(number=number)
    return cases.select_related("contact", "contact__organisation", "product", "owner", "queue")
