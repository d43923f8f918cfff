"""What every change of the configuration shares: lock a row, check its name, remember the change."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import one_line
from workflow.people.actors import Actor
from workflow.refusals import Refusal

SHORTEST_TARGET = timedelta(minutes=1)
LONGEST_TARGET = timedelta(days=365)

Row = TypeVar("Row", bound=models.Model)


class BadSetting(Refusal):
    """A value cannot be used."""

    code = "bad_setting"


class NameTaken(Refusal):
    """There is one of this name already."""

    code = "name_taken"


class NotThere(Refusal):
    """It was removed meanwhile."""

    code = "not_there"


def remember(
    subject: models.Model, *, actor: Actor, at: datetime, changes: dict[str, ChangeValue]
) -> None:
    """Write down that the configuration changed."""
    record(Action.CONFIGURATION_CHANGED, subject, actor=actor, at=at, changes=changes)


def required_name(name: str, *, longest: int) -> str:
    """Return a name without blanks around it, or refuse an empty one."""
    name = one_line(name, longest=longest)
    if not name:
        raise BadSetting(_("A name is needed."), next_step=_("Write one that people know."))
    return name


def refuse_bad_span(span: timedelta) -> None:
    """Refuse a target of less than a minute or more than a year of opening hours."""
    if not SHORTEST_TARGET <= span <= LONGEST_TARGET:
        raise BadSetting(
            _("A target lies between a minute and a year."), next_step=_("Write it in hours.")
        )


def lock(rows: models.Manager[Row], pk: int) -> Row:
    """Return a row, locked.

    Raises:
        NotThere: it was removed.
    """
    row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise not_there()
    return row


def not_there() -> NotThere:
    """Return the refusal for what was removed meanwhile."""
    return NotThere(_("This was removed meanwhile."), next_step=_("Load the page again."))
