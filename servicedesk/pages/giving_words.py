"""How departments give their work, and days of the week, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.people.models import AssignBy

ASSIGN_BY: dict[AssignBy, Promise] = {
    AssignBy.HAND: _("By hand: whoever takes it"),
    AssignBy.LEAST: _("To whoever carries least"),
    AssignBy.TURN: _("By turns"),
    AssignBy.ON_CALL: _("To who is on call, else to whoever carries least"),
}
WEEKDAYS: tuple[Promise, ...] = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
