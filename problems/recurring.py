"""What came after a fix: contacts before and after, who has it again, and what that spared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from problems.avoided import Avoided, Counted, avoided_contacts
from problems.models import FixWatch
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
LOOKED_BACK = QUARTER
"""So far before a fix its contacts are counted; what was earlier says little of its last weeks."""

# Contacts are new cases by the first word of their customers; a customer who opened an old case
# again has it again too, but did not come anew. One organisation is one customer.
CAME = """
WITH watch AS (
  SELECT w.tenant_id, w.id, w.problem_id, w.fixed_at, w.grace_until, w.began_at,
         GREATEST(p.discovered_at, w.fixed_at - %(looked_back)s::interval) AS since,
         LEAST(%(at)s::timestamptz, w.ended_at) AS until
  FROM problems_fixwatch w
  JOIN problems_problem p ON p.tenant_id = w.tenant_id AND p.id = w.problem_id
  WHERE w.tenant_id = %(tenant)s AND w.id = ANY(%(watches)s)
), linked AS (
  SELECT watch.*, c.id AS case_id, c.first_contact_at,
         coalesce('o' || c.organisation_id, 'c' || c.contact_id) AS customer
  FROM watch
  JOIN problems_caselink link ON link.tenant_id = watch.tenant_id
    AND link.problem_id = watch.problem_id AND link.kind = 'confirmed'
  JOIN cases_case c ON c.tenant_id = link.tenant_id AND c.id = link.case_id
    AND c.state NOT IN ('spam', 'merged')
), happened AS (
  SELECT id, since, fixed_at, grace_until, began_at, until, customer,
         first_contact_at AS at, true AS is_new
  FROM linked
  UNION ALL
  SELECT linked.id, since, fixed_at, grace_until, began_at, until, customer, entry.at, false
  FROM linked
  JOIN workflow_entry entry ON entry.tenant_id = linked.tenant_id
    AND entry.subject_kind = 'case' AND entry.subject_id = linked.case_id
    AND entry.action = 'case.reopened' AND entry.actor_kind = 'contact'
  WHERE linked.first_contact_at < linked.grace_until
)
SELECT watch.id, watch.since, watch.until,
  count(*) FILTER (WHERE is_new AND at >= happened.since AND at < happened.fixed_at),
  count(*) FILTER (WHERE is_new AND at >= happened.grace_until AND at <= happened.until),
  count(*) FILTER (WHERE NOT is_new AND at >= happened.grace_until AND at <= happened.until),
  count(DISTINCT customer) FILTER (WHERE at >= happened.grace_until AND at <= happened.until),
  count(*) FILTER (WHERE at >= happened.grace_until
                   AND at <= happened.until AND at < happened.began_at + %(month)s::interval),
  count(*) FILTER (WHERE at >= happened.grace_until
                   AND at <= happened.until AND at < happened.began_at + %(quarter)s::interval)
FROM watch LEFT JOIN happened ON happened.id = watch.id
GROUP BY watch.id, watch.since, watch.until
"""
COUNTS = Statement(CAME)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What came before and after one fix.

    `contacts_before` are the new cases in `time_before`. After the grace time there were
    `contacts_after` new cases in `time_after`, `came_again` old ones that customers opened again,
    and both were of `customers` customers. `in_30` and `in_90` count both within so many days
    of the fix; `is_30_over` and `is_90_over` say whether those days are over or the watch ended.
    """

    contacts_before: int
    time_before: timedelta
    contacts_after: int
    time_after: timedelta
    came_again: int
    customers: int
    in_30: int
    in_90: int
    is_30_over: bool
    is_90_over: bool

    @property
    def again(self) -> int:
        """New cases and old ones opened again, together."""
        return self.contacts_after + self.came_again

    @property
    def avoided(self) -> Avoided | None:
        """How many contacts the fix spared, or None while nothing can be said."""
        return avoided_contacts(
            Counted(self.contacts_before, self.time_before),
            Counted(self.contacts_after, self.time_after),
        )


def recurrences(watches: Iterable[FixWatch], *, at: datetime) -> dict[int, Recurrence]:
    """Return what came after fixes, by the id of their watch; one query for any number.

    `at` is aware (UTC). A watch that ended counts until then. The first contact of a problem is
    not counted where the time before begins with it: it is the beginning, and would make every
    short time look busier than it was.
    """
    watched = {watch.pk: watch for watch in watches}
    if not watched:
        return {}
    rows = COUNTS.rows(
        tenant=tenant_of_the_scope(),
        watches=list(watched),
        at=at,
        looked_back=LOOKED_BACK,
        month=MONTH,
        quarter=QUARTER,
    )
    return {row[0]: recurrence_of(watched[row[0]], *row[1:]) for row in rows}


def recurrence_of(
    watch: FixWatch,
    since: datetime,
    until: datetime,
    before: int,
    after: int,
    came_again: int,
    customers: int,
    in_30: int,
    in_90: int,
) -> Recurrence:
    """Return what was counted of one watch; pure."""
    begins_with_contact = since > watch.fixed_at - LOOKED_BACK
    return Recurrence(
        contacts_before=max(0, before - 1) if begins_with_contact else before,
        time_before=max(timedelta(0), watch.fixed_at - since),
        contacts_after=after,
        time_after=max(timedelta(0), until - watch.grace_until),
        came_again=came_again,
        customers=customers,
        in_30=in_30,
        in_90=in_90,
        is_30_over=until >= watch.began_at + MONTH,
        is_90_over=until >= watch.began_at + QUARTER,
    )
