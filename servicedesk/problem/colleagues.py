"""Whom a problem can be given to: the people of the department that has it, with what they carry."""

from typing import Any

from django.utils.translation import gettext as _

from problems.load import open_stays_of
from workflow.rota.reading import people_of


def colleagues_shown(leg: Any) -> list[dict[str, Any]]:
    """Return the people of the department of a stay to choose from; two queries."""
    people = people_of(leg.department)
    carried = open_stays_of(user.pk for user in people)
    return [
        {
            "value": user.pk,
            "label": _("%(name)s (has %(load)d)")
            % {"name": user.name, "load": carried.get(user.pk, 0)},
        }
        for user in sorted(people, key=lambda user: (user.name.casefold(), user.pk))
    ]
