"""Who else takes part in a case: asked for by a customer's copy, let in by somebody, taken out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.lifecycle import lock_case
from cases.models import Case, Message, Participant, ParticipantState
from customers.identity import contact_behind
from customers.models import AddressKind, ContactAddress
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept

MOST_PARTICIPANTS = 20


class NoSuchParticipant(Refusal):
    """Nobody of this id takes part in the case or was asked for."""

    code = "no_such_participant"
    status = 404


@dataclass(frozen=True, kw_only=True)
class Copied:
    """Somebody whom a customer copied: a mail address, and the name that stood beside it."""

    address: str
    name: str = ""


def participants_of(case: Case) -> list[Participant]:
    """Return who takes part besides the contact or was asked for, oldest first; one query."""
    return people_not_removed(case=case.pk)


@kept("case")
def people_not_removed(*, case: int) -> QuerySet[Participant]:
    """Return the participants of a case but those who were taken out, oldest first."""
    return Participant.objects.filter(case=case).exclude(state="removed").order_by("id")


def participants_shown(case: Case, *, contact_id: int) -> list[Participant]:
    """Return who takes part as a customer may know it; one query.

    The customer of the case sees who was copied too; everybody else only who was let in.
    """
    return [
        one
        for one in participants_of(case)
        if contact_id == case.contact_id or one.state == ParticipantState.LET_IN
    ]


def contacts_let_in(case_id: int) -> list[int]:
    """Return the ids of the contacts whom somebody let into a case; one query."""
    return list(
        Participant.objects.filter(case_id=case_id, state=ParticipantState.LET_IN)
        .order_by("id")
        .values_list("contact_id", flat=True)
    )


def takes_part(case: Case, *, contact_id: int) -> bool:
    """Whether a contact may write in a case: its own one, or one let in; at most one query."""
    return case.contact_id == contact_id or contact_id in contacts_let_in(case.pk)


@transaction.atomic
def ask_in(
    case: Case, *, copied: Iterable[Copied], message: Message, actor: Actor, at: datetime
) -> int:
    """Note whom a customer copied in a message. They see nothing and are told nothing.

    Nobody is asked for twice, and at most 20 in one case. Returns how many are new; three queries
    and the history.
    """
    wanted = {one.address.strip().lower()[:254]: one for one in copied if one.address.strip()}
    own = ContactAddress.objects.filter(contact_id=case.contact_id, kind=AddressKind.MAIL)
    known = set(Participant.objects.filter(case=case).values_list("address", flat=True))
    room = max(MOST_PARTICIPANTS - len(known), 0)
    fresh = [
        address
        for address in wanted.keys() - known - set(own.values_list("value", flat=True))
        if address
    ]
    rows = Participant.objects.bulk_create(
        [
            Participant(
                case=case,
                address=address,
                name=wanted[address].name.strip()[:160],
                message=message,
                asked_at=at,
            )
            for address in sorted(fresh)[:room]
        ]
    )
    if rows:
        record(
            Action.PARTICIPANT_ASKED,
            case,
            actor=actor,
            at=at,
            changes={"message": message.pk, "people": len(rows)},
        )
    return len(rows)


@transaction.atomic
def let_in(*, case_id: int, participant_id: int, actor: Actor, at: datetime) -> Participant:
    """Let somebody in: from now on answers go there too, and the case stands in their portal.

    Raises:
        NotPermitted: neither a colleague who works cases nor the contact of this case.
        NoSuchParticipant: nobody was asked for under this id.
    """
    case, participant = locked(case_id, participant_id)
    require_say(case, actor)
    if participant.state == ParticipantState.LET_IN:
        return participant
    participant.contact = contact_behind(
        participant.address, name=participant.name, actor=actor, at=at
    )
    return decided(
        participant,
        case,
        state=ParticipantState.LET_IN,
        action=Action.PARTICIPANT_LET_IN,
        actor=actor,
        at=at,
    )


@transaction.atomic
def remove_participant(
    *, case_id: int, participant_id: int, actor: Actor, at: datetime
) -> Participant:
    """Leave somebody out, or take out who was let in; it holds from this moment on.

    Raises:
        NotPermitted: neither a colleague who works cases, nor the contact, nor the one who leaves.
        NoSuchParticipant: nobody was asked for under this id.
    """
    case, participant = locked(case_id, participant_id)
    leaves = actor.kind is ActorKind.CONTACT and actor.id == participant.contact_id
    if not leaves:
        require_say(case, actor)
    if participant.state == ParticipantState.REMOVED:
        return participant
    return decided(
        participant,
        case,
        state=ParticipantState.REMOVED,
        action=Action.PARTICIPANT_REMOVED,
        actor=actor,
        at=at,
    )


def locked(case_id: int, participant_id: int) -> tuple[Case, Participant]:
    """Return the case and the participant, both locked; two queries.

    Raises:
        NoSuchParticipant: it is none of this case.
    """
    case = lock_case(case_id)
    participant = (
        Participant.objects.select_for_update(of=("self",))
        .filter(case=case, pk=participant_id)
        .first()
    )
    if participant is None:
        raise NoSuchParticipant(
            _("Nobody was copied under this name."), next_step=_("Load the page again.")
        )
    return case, participant


def require_say(case: Case, actor: Actor) -> None:
    """Refuse whoever has no say about who takes part.

    Raises:
        NotPermitted: neither a colleague who works cases nor the contact of this case.
    """
    if actor.kind is not ActorKind.CONTACT or actor.id != case.contact_id:
        actor.require(Permission.WORK_CASE)


def decided(
    participant: Participant,
    case: Case,
    *,
    state: ParticipantState,
    action: Action,
    actor: Actor,
    at: datetime,
) -> Participant:
    """Write down what was decided about somebody, by whom, and the history of the case."""
    Participant.objects.filter(pk=participant.pk).update(
        state=state,
        contact=participant.contact,
        decided_at=at,
        decided_by_user_id=actor.user_id,
        decided_by_contact_id=actor.id if actor.kind is ActorKind.CONTACT else None,
    )
    participant.refresh_from_db()
    record(action, case, actor=actor, at=at, changes={"participant": participant.pk})
    return participant
