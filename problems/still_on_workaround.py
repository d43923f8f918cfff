"""Who lives on a workaround: a problem cannot be closed over their heads."""

from django.db.models import Q
from django.utils.translation import gettext as _

from problems.models import Affected, Problem
from problems.models.affected import PRESENT
from workflow.refusals import Refusal

SHOWN_NAMES = 5
# Was given a workaround, and neither has the solution nor said that it works.
ON_A_WORKAROUND = (
    PRESENT
    & Q(workaround_at__isnull=False)
    & Q(applied_at__isnull=True)
    & Q(confirmed_at__isnull=True)
)
HOLDS_THE_END_UP = ON_A_WORKAROUND & Q(excused_at__isnull=True)


class StillOnWorkaround(Refusal):
    """Customers live on a workaround, and nobody named them exceptions."""

    code = "still_on_workaround"


def refuse_while_on_workaround(problem: Problem) -> None:
    """Refuse to close a problem while somebody lives on a workaround and is no exception.

    One query; another one when there are more than five of them.

    Raises:
        StillOnWorkaround: names some of them.
    """
    rows = Affected.objects.filter(HOLDS_THE_END_UP, problem=problem).order_by("id")
    names = list(rows.values_list("contact__name", flat=True)[: SHOWN_NAMES + 1])
    if not names:
        return
    listed = ", ".join(names[:SHOWN_NAMES])
    if len(names) > SHOWN_NAMES:
        listed = _("%(names)s and %(more)s more") % {
            "names": listed,
            "more": rows.count() - SHOWN_NAMES,
        }
    raise StillOnWorkaround(
        _("Still on a workaround: %(names)s.") % {"names": listed},
        next_step=_(
            "Make sure that they have the solution, or name them exceptions with a reason, in the"
            " list of customers."
        ),
    )
