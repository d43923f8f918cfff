"""Who hears of a problem: those whom it affects, and those who follow it without having it."""

from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from problems.models import ContactFollow
from problems.models.affected import FOLLOWS, OF_PEOPLE
from workflow.tenancy.scope import tenant_of_the_scope

# In the order in which others enter the same rows: nobody waits for one another in a ring.
ENTER = """
INSERT INTO problems_affected
  (tenant_id, problem_id, contact_id, found, found_at, left_at, excuse)
SELECT f.tenant_id, f.problem_id, f.contact_id, %(follows)s, f.since_at, f.since_at, ''
FROM problems_contactfollow f
JOIN customers_contact c ON c.tenant_id = f.tenant_id AND c.id = f.contact_id
WHERE f.tenant_id = %(tenant)s AND f.problem_id = %(problem)s AND c.joined_to_id IS NULL
ORDER BY f.contact_id
ON CONFLICT DO NOTHING
"""


def stands_or_follows(problem_id: int, *, since: datetime | None = None) -> Q:
    """Return the condition of being affected, or of following the problem.

    `since` is from when on nobody new counts who only follows: what was said before they read on
    the page from which they follow.
    """
    follows = ContactFollow.objects.filter(problem=problem_id, contact=OuterRef("contact"))
    if since is not None:
        follows = follows.filter(since_at__lte=since)
    return OF_PEOPLE & (Q(left_at__isnull=True) | Q(Exists(follows)))


def enter_followers(problem_id: int) -> None:
    """Give those who follow a problem the row by which they are told what others are; one query.

    It stands in the past of the ledger, so that nobody counts them as affected. Rows are there
    since they began; those of whoever went along with a merge, or was joined, may be missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            ENTER,
            {"tenant": tenant_of_the_scope(), "problem": problem_id, "follows": FOLLOWS},
        )
