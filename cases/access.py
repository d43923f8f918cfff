"""Which cases somebody may see: the only way from a number to a case."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import Case, Participant, ParticipantState
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class NoSuchCase(Refusal):
    """There is no such case, or not for this person; the answer is the same."""

    code = "no_such_case"
    status = 404


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases that an actor may see; a contact those it asked or was let into."""
    if actor.kind is ActorKind.CONTACT:
        return Case.objects.filter(pk__in=cases_of_person(actor.id)).exclude(state="spam")
    if actor.may(Permission.VIEW_CASE):
        return Case.objects.all()
    return Case.objects.none()


def cases_of_person(contact_id: int) -> QuerySet[Case, int]:
    """Return the ids of the cases of a contact and of those that it was let into.

    A union and no OR: each half is found by its own index, however many cases there are.
    """
    own = Case.objects.filter(contact_id=contact_id).values_list("pk", flat=True)
    let_in = Participant.objects.filter(
        contact_id=contact_id, state=ParticipantState.LET_IN
    ).values_list("case_id", flat=True)
    return own.union(let_in, all=True)


def case_for(actor: Actor, number: int) -> Case:
    """Return a case by its number; one query.

    Raises:
        NoSuchCase: it is not there, or not for this actor.
    """
    case = (
        visible_cases(actor)
        .select_related("contact", "contact__organisation", "product", "owner", "queue")
        .filter(number=number)
        .first()
    )
    if case is None:
        raise NoSuchCase(
            _("There is no case #%(number)s here.") % {"number": number},
            next_step=_("Check the number, or look for the case in a queue."),
        )
    return case
