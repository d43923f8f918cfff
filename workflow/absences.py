"""Say that somebody is away and who steps in, and take it back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.people.absences import may_keep_absences_of
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import Absence, User
from workflow.refusals import Refusal

LONGEST = timedelta(days=2 * 365)


class BadAbsence(Refusal):
    """The times or the substitute make no sense."""

    code = "bad_absence"


class AbsenceGone(Refusal):
    """It was removed meanwhile."""

    code = "absence_gone"


def require_own_or_lead(actor: Actor, user_id: int) -> None:
    """Refuse somebody who speaks for another.

    Raises:
        NotPermitted: it is neither their own absence, nor are they a lead or an administrator.
    """
    if not may_keep_absences_of(actor, user_id):
        raise NotPermitted(
            _("You can say only of yourself that you are away."),
            next_step=_("Ask a service lead or an administrator."),
        )


@transaction.atomic
def note_absence(
    *,
    user_id: int,
    begins_at: datetime,
    ends_at: datetime,
    substitute_id: int | None,
    actor: Actor,
    at: datetime,
) -> Absence:
    """Write down that somebody is away from one moment to another, and who steps in.

    Raises:
        NotPermitted: the actor speaks for somebody else.
        BadAbsence: it ends before it begins or is over, or the substitute cannot step in.
    """
    require_own_or_lead(actor, user_id)
    refuse_bad_times(begins_at, ends_at, at=at)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise BadAbsence(
            _("This colleague does not work here any more."), next_step=_("Choose somebody else.")
        )
    refuse_bad_substitute(user_id, substitute_id, begins_at=begins_at, ends_at=ends_at)
    absence = Absence.objects.create(
        user=user, begins_at=begins_at, ends_at=ends_at, substitute_id=substitute_id
    )
    remember(absence, actor=actor, at=at, changes={"is_new": True})
    return absence


@transaction.atomic
def end_absence(*, absence_id: int, actor: Actor, at: datetime) -> None:
    """Let an absence end now, or take it away if it has not begun.

    Raises:
        AbsenceGone: it was removed, or is over.
        NotPermitted: the actor speaks for somebody else.
    """
    absence = Absence.objects.select_for_update(of=("self",)).filter(pk=absence_id).first()
    if absence is None or absence.ends_at <= at:
        raise AbsenceGone(_("This absence is over already."), next_step=_("Load the page again."))
    require_own_or_lead(actor, absence.user_id)
    if absence.begins_at >= at:
        remember(absence, actor=actor, at=at, changes={"removed": True})
        absence.delete()
        return
    absence.ends_at = at
    absence.save(update_fields=["ends_at"])
    remember(absence, actor=actor, at=at, changes={"ended": True})


def refuse_bad_times(begins_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """Refuse an absence that is no time, is over, or has no end in sight."""
    if ends_at <= begins_at:
        raise BadAbsence(
            _("An absence ends after it begins."), next_step=_("Look at the two days again.")
        )
    if ends_at <= at:
        raise BadAbsence(
            _("This absence is over already."), next_step=_("Choose a day that is still to come.")
        )
    if ends_at - begins_at > LONGEST:
        raise BadAbsence(
            _("An absence lasts two years at most."),
            next_step=_("Let a colleague go who does not come back."),
        )


def refuse_bad_substitute(
    user_id: int, substitute_id: int | None, *, begins_at: datetime, ends_at: datetime
) -> None:
    """Refuse a substitute who is the same person, may not sign in, or is away meanwhile."""
    if substitute_id is None:
        return
    is_active = User.objects.filter(pk=substitute_id, is_active=True).exists()
    if substitute_id == user_id or not is_active:
        raise BadAbsence(
            _("This colleague cannot step in."), next_step=_("Choose somebody else, or nobody.")
        )
    is_away = Absence.objects.filter(
        user_id=substitute_id, begins_at__lt=ends_at, ends_at__gt=begins_at
    ).exists()
    if is_away:
        raise BadAbsence(
            _("This colleague is away at the same time."),
            next_step=_("Choose somebody else, or nobody."),
        )


def remember(
    absence: Absence, *, actor: Actor, at: datetime, changes: dict[str, ChangeValue]
) -> None:
    """Write down in the history of the person that an absence changed; ids and times only."""
    record(
        Action.USER_CHANGED,
        absence.user,
        actor=actor,
        at=at,
        changes={
            "what": "absence",
            "from": absence.begins_at.isoformat(),
            "to": absence.ends_at.isoformat(),
            "substitute": absence.substitute_id,
            **changes,
        },
    )
