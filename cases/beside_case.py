"""Read what stands beside a case that is no part of it: who could have it, and other lists."""

from typing import NamedTuple

from cases.queries import MOST_COLLEAGUES, WORKING_ROLES
from cases.saved_views import MOST_VIEWS
from workflow.people.actors import Actor
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

# One statement: each page of a case asks it.
BESIDE = Statement("""
(SELECT 'user', person.id, person.name, false FROM workflow_user person
 WHERE person.tenant_id = %(tenant)s AND person.is_active AND EXISTS (
   SELECT 1 FROM workflow_membership member
   WHERE member.tenant_id = person.tenant_id AND member.user_id = person.id
     AND member.role = ANY(%(roles)s))
 ORDER BY person.name, person.id LIMIT %(colleagues)s)
UNION ALL
(SELECT 'queue', id, name, false FROM workflow_department
 WHERE tenant_id = %(tenant)s AND is_active ORDER BY name, id)
UNION ALL
(SELECT 'view', id, name, is_shared FROM cases_savedview
 WHERE tenant_id = %(tenant)s AND (made_by_id = %(person)s OR is_shared)
 ORDER BY is_shared, name, id LIMIT %(views)s)
""")


class NamedView(NamedTuple):
    """A saved view by its name."""

    pk: int
    name: str
    is_shared: bool


class BesideCase(NamedTuple):
    """Who could have a case, as kind ("user" or "queue"), id and name; and the person's views."""

    holders: list[tuple[str, int, str]]
    views: list[NamedView]


def beside_case(actor: Actor) -> BesideCase:
    """Return what stands beside a case for somebody; one query.

    Colleagues, departments and views as `colleagues_who_work_cases`, `active_departments` and
    `views_for` return them.
    """
    rows = BESIDE.rows(
        tenant=tenant_of_the_scope(),
        roles=WORKING_ROLES,
        colleagues=MOST_COLLEAGUES,
        person=actor.user_id or 0,
        views=2 * MOST_VIEWS,
    )
    return BesideCase(
        holders=[(kind, key, name) for kind, key, name, _shared in rows if kind != "view"],
        views=[
            NamedView(key, name, is_shared) for kind, key, name, is_shared in rows if kind == "view"
        ],
    )
