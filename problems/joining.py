"""What of this room goes along when two contacts turn out to be one person."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from customers.joining import Belonging
from problems.models import Affected, CaseLink
from problems.models.link import LinkKind


def fit_ledgers(contacts: Sequence[int], at: datetime) -> None:
    """Let the ledgers hold the contacts of the linked cases, as everywhere; three queries.

    Whoever stands there only for a case that went to the other one, and was told nothing, leaves.
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
    rows.filter(~Exists(theirs), found="case", told=None, confirmed_at=None).delete()


BELONGINGS = (
    Belonging(
        code="affected",
        rows=Affected.objects.all,
        once_per=("problem_id",),
        settle=fit_ledgers,
    ),
)
