"""How the matter of an errand stands for a person, and why it can be decided no more."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from problems.models import Leg, Problem
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import Errand
from workflow.people.actors import Actor
from workflow.people.models import User
from workflow.refusals import Refusal


class ErrandOver(Refusal):
    """The word is false or too old, or the person is not here or not in charge any more.

    It says nothing of what it was about: whoever holds it may be anybody.
    """

    code: ClassVar[str] = "errand_over"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            _("This link or address is no longer valid."),
            next_step=_("Sign in to see what there is to do."),
        )


class MovedOn(Refusal):
    """What was asked has been decided meanwhile."""

    code: ClassVar[str] = "moved_on"

    def __init__(self, standing: "Standing") -> None:
        super().__init__(
            standing.says_now, next_step=_("Sign in to see what there is to do about it now.")
        )
        self.standing = standing


class NotNow(Refusal):
    """This cannot be decided without signing in, or not at this step."""

    code: ClassVar[str] = "not_now"

    def __init__(self) -> None:
        super().__init__(
            _("This was not asked, or cannot be decided from here."),
            next_step=_("Choose one of what is offered, or sign in."),
        )


class NoSuchOwner(Refusal):
    """No open department has the name that was written, or none was."""

    code: ClassVar[str] = "no_such_owner"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the matter of an errand stands for the person.

    `name` and `title` are what people call it, `department` who has it and `reason` why it came
    there, as the mail said them. `state` is how it stands now, in words. `leg` is the open stay of
    a problem.
    """

    errand: Errand
    user: User
    actor: Actor
    problem: Problem
    name: str
    title: str
    state: str
    has_moved_on: bool
    department: str = ""
    reason: str = ""
    leg: Leg | None = None
    deeds: tuple[Deed, ...] = ()

    @property
    def says_now(self) -> str:
        """What is so now, in a sentence; nothing but state and who has it."""
        return _("%(name)s has moved on since this was sent. It is now: %(state)s.") % {
            "name": self.name,
            "state": ", ".join(part for part in (self.state, self.department) if part),
        }
