"""What of this room goes along when two contacts turn out to be one person."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Least

from customers.joining import Belonging
from problems.models import Affected, CaseLink, ContactFollow, ProblemPass, Told
from problems.models.affected import FOLLOWS, OF_PEOPLE
from problems.models.link import LinkKind
from problems.problem_passes import end_passes_of_contacts

# When something was so for the first time, also for whoever only followed until now.
FIRST_TIMES = ("told_at", "delivered_at", "seen_at")


def let_follows_give_way(giver: int, taker: int) -> None:
    """Let rows of whoever only follows give way to the other one's, with what was told by them.

    That they follow stands beside the ledger and stays. Nobody is told twice for it. Some five
    queries, and one for each such problem.
    """
    theirs = Affected.objects.filter(contact_id=giver, problem=OuterRef("problem"))
    rows = Affected.objects.filter(Exists(theirs), contact_id=taker, found=FOLLOWS)
    ways = list(rows.annotate(real=Subquery(theirs.values("pk"))))
    counted = {row.pk: row.real for row in ways}
    told = list(Told.objects.filter(affected__in=counted))
    there = Told.objects.filter(affected__in=counted.values())
    known = set(there.values_list("affected_id", "message"))
    new = [one for one in told if (counted[one.affected_id], one.message) not in known]
    for one in new:
        one.affected_id = counted[one.affected_id]
    Told.objects.bulk_update(new, ["affected"], batch_size=1000)
    for row in ways:
        times = {name: getattr(row, name) for name in FIRST_TIMES if getattr(row, name)}
        if times:
            first = {name: Least(F(name), time) for name, time in times.items()}
            Affected.objects.filter(pk=row.real).update(**first)
    Affected.objects.filter(pk__in=counted).delete()


def fit_ledgers(contacts: Sequence[int], at: datetime) -> None:
    """Let the ledgers hold the contacts of the linked cases, as everywhere; six queries.

    Whoever stands there only for a case that went to the other one leaves, without a trace if
    nothing was told.
    """
    links = CaseLink.objects.filter(kind=LinkKind.CONFIRMED, case__contact_id__in=contacts)
    wanted = set(links.values_list("problem_id", "case__contact_id"))
    rows = Affected.objects.filter(contact_id__in=contacts)
    known = set(rows.values_list("problem_id", "contact_id"))
    Affected.objects.bulk_create(
        [
            Affected(problem_id=problem, contact_id=contact, found="case", found_at=at)
            for problem, contact in sorted(wanted - known)
        ],
        batch_size=1000,
    )
    theirs = CaseLink.objects.filter(
        kind=LinkKind.CONFIRMED, problem=OuterRef("problem"), case__contact=OuterRef("contact")
    )
    rows.filter(Exists(theirs), left_at__isnull=False).update(left_at=None, found="case")
    for_a_case_only = rows.filter(~Exists(theirs), found="case", me_too_at=None, scope=None)
    for_a_case_only.filter(told=None, confirmed_at=None).delete()
    for_a_case_only.filter(OF_PEOPLE, left_at=None).update(left_at=at)


BELONGINGS = (
    Belonging(
        code="affected",
        rows=Affected.objects.all,
        once_per=("problem_id",),
        before=let_follows_give_way,
        settle=fit_ledgers,
    ),
    Belonging(code="problem_pass", rows=ProblemPass.objects.all, settle=end_passes_of_contacts),
    Belonging(code="follow", rows=ContactFollow.objects.all, once_per=("problem_id",)),
)
