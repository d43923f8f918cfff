"""What others did to a record since somebody read it, and the refusal that tells it."""

from typing import Protocol, cast

from django.db import models
from django.utils.translation import gettext as _

from workflow.history.timeline import Line, newest_lines
from workflow.refusals import Refusal

LINES_TOLD = 3


class Versioned(Protocol):
    """A record that counts the lines of its history."""

    version: int


class ChangedSince(Refusal):
    """Somebody else changed the record since this person read it."""

    code = "changed_meanwhile"


def refuse_stale(subject: models.Model, *, expected_version: int | None, name: str) -> None:
    """Refuse what rests on an older edition of a locked record; no query unless it is refused.

    `name` is what people call the record. None as the version asks for no check. Each line of the
    record's history has made one edition, so that the newest lines are what this person missed.

    Raises:
        ChangedSince: `expected_version` is not the version of today; it says who did what since.
    """
    version = cast("Versioned", subject).version
    if expected_version is None or expected_version == version:
        return
    missed = min(max(version - expected_version, 1), LINES_TOLD)
    said = [did_what(line) for line in reversed(newest_lines(subject, at_most=missed))]
    raise ChangedSince(
        _("%(name)s was changed while you had it open: %(what)s.")
        % {"name": name, "what": "; ".join(said)}
        if said
        else _("%(name)s was changed while you had it open.") % {"name": name},
        next_step=_("Look at what it says now, and decide once more."),
    )


def did_what(line: Line) -> str:
    """Return a line with who did it, as part of a sentence."""
    who = _("the program") if line.is_program else line.who or _("somebody who is no longer here")
    return _("%(who)s %(did)s") % {"who": who, "did": line.sentence}
