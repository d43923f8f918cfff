"""What of this room goes along when two contacts turn out to be one person."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from customers.joining import Belonging
from problems.models import Affected, CaseLink, ContactFollow, ProblemPass
from problems.models.affected import OF_PEOPLE
from problems.models.link import LinkKind
from problems.problem_passes import end_passes_of_contacts


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
        settle=fit_ledgers,
    ),
    Belonging(code="problem_pass", rows=ProblemPass.objects.all, settle=end_passes_of_contacts),
    Belonging(code="follow", rows=ContactFollow.objects.all, once_per=("problem_id",)),
)
