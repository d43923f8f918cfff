"""What was shown to somebody because it may help: keep it, and whether it was opened and used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from knowledge.models import Article, Offer, OfferDoor
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

__all__ = [
    "WHILE_WRITING",
    "NoSuchOffer",
    "OfferDoor",
    "Offered",
    "articles_offered",
    "cases_offered",
    "forget_old_offers",
    "judge_offer",
    "keep_opened",
    "keep_shown",
    "keep_used",
    "keep_used_articles",
    "offers_beside",
    "offers_of",
    "people_in",
    "problems_offered",
    "take_along",
]

WHILE_WRITING = timedelta(hours=2)
"""How long what was shown while somebody wrote belongs to what comes of it."""

KEPT_FOR = timedelta(days=400)
FORGOTTEN_AT_ONCE = 5_000


# Written out, as each new case asks it. The newest row of each thing: midnight makes two of one.
TAKE_ALONG = """
UPDATE knowledge_offer SET case_id = %(case)s
WHERE tenant_id = %(tenant)s AND id IN (
  SELECT DISTINCT ON (door, problem_id, alike_id, article_id) id FROM knowledge_offer
  WHERE tenant_id = %(tenant)s AND {whose} AND case_id IS NULL AND shown_at > %(since)s
  ORDER BY door, problem_id, alike_id, article_id, id DESC)
RETURNING id
"""
OF_USER = Statement(TAKE_ALONG.format(whose="user_id = %(person)s AND contact_id IS NULL"))
OF_CONTACT = Statement(TAKE_ALONG.format(whose="contact_id = %(person)s AND user_id IS NULL"))


class NoSuchOffer(Refusal):
    """This was not shown beside the case."""

    code = "no_such_offer"
    status = 404


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing that may help, by its id: a problem, a case like this one, or an article."""

    problem_id: int | None = None
    alike_id: int | None = None
    article_id: int | None = None

    @property
    def matches(self) -> Q:
        """Which rows are about it."""
        return Q(problem=self.problem_id, alike=self.alike_id, article=self.article_id)


def problems_offered(ids: Iterable[int]) -> list[Offered]:
    """Return problems as what is offered."""
    return [Offered(problem_id=one) for one in ids]


def cases_offered(ids: Iterable[int]) -> list[Offered]:
    """Return cases as what is offered."""
    return [Offered(alike_id=one) for one in ids]


def articles_offered(ids: Iterable[int]) -> list[Offered]:
    """Return articles as what is offered."""
    return [Offered(article_id=one) for one in ids]


def keep_shown(
    offered: Iterable[Offered],
    *,
    door: OfferDoor,
    actor: Actor,
    at: datetime,
    case_id: int | None = None,
) -> None:
    """Keep that these were shown, each once beside a case, once a day without one; one statement.

    Programs are shown nothing: only people and customers count.
    """
    user_id, contact_id = people_in(actor)
    if user_id is None and contact_id is None:
        return
    rows = [
        Offer(
            door=door,
            case_id=case_id,
            user_id=user_id,
            contact_id=contact_id,
            problem_id=one.problem_id,
            alike_id=one.alike_id,
            article_id=one.article_id,
            shown_on=at.date(),
            shown_at=at,
        )
        for one in offered
    ]
    if rows:
        Offer.objects.bulk_create(rows, ignore_conflicts=True)


def people_in(actor: Actor) -> tuple[int | None, int | None]:
    """Return the ids of the colleague and of the customer who acts."""
    return actor.user_id, actor.id if actor.kind is ActorKind.CONTACT else None


def take_along(*, case_id: int, actor: Actor, at: datetime) -> None:
    """Say that what somebody was shown while writing was shown beside this new case.

    One statement; a program has been shown nothing.
    """
    user_id, contact_id = people_in(actor)
    if user_id is None and contact_id is None:
        return
    of_whom = OF_CONTACT if user_id is None else OF_USER
    of_whom.rows(
        tenant=tenant_of_the_scope(),
        person=contact_id if user_id is None else user_id,
        case=case_id,
        since=at - WHILE_WRITING,
    )


def keep_opened(offered: Offered, *, actor: Actor, at: datetime, case_id: int | None) -> None:
    """Keep that something shown was opened, the first time; one statement."""
    offers_of(offered, actor=actor, at=at, case_id=case_id).filter(opened_at=None).update(
        opened_at=at
    )


def keep_used(offered: Offered, *, actor: Actor, at: datetime, case_id: int | None) -> None:
    """Keep that something shown was used: linked to, or said in an answer; one statement.

    What is used counts as opened, too.
    """
    offers_of(offered, actor=actor, at=at, case_id=case_id).filter(used_at=None).update(
        used_at=at, opened_at=Coalesce(F("opened_at"), at)
    )


def keep_used_articles(numbers: Iterable[int], *, actor: Actor, at: datetime, case_id: int) -> None:
    """Keep that an answer leads to these articles, if they were shown; a statement for each."""
    wanted = list(numbers)
    found = Article.objects.filter(number__in=wanted).values_list("pk", flat=True) if wanted else ()
    for pk in found:
        keep_used(Offered(article_id=pk), actor=actor, at=at, case_id=case_id)


def offers_of(
    offered: Offered, *, actor: Actor, at: datetime, case_id: int | None
) -> QuerySet[Offer]:
    """Return the rows about something beside a case, or those of who writes just now."""
    rows = Offer.objects.filter(offered.matches)
    if case_id is not None:
        return rows.filter(case=case_id)
    user_id, contact_id = people_in(actor)
    return rows.filter(user=user_id, contact=contact_id, case=None, shown_at__gt=at - WHILE_WRITING)


@transaction.atomic
def judge_offer(*, offer_id: int, case_id: int, is_relevant: bool, actor: Actor) -> Offer:
    """Keep what a colleague says of something shown beside a case: does it help here?

    Raises:
        NotPermitted: the actor does not work cases.
        NoSuchOffer: it was not shown beside this case.
    """
    actor.require(Permission.WORK_CASE)
    offer = Offer.objects.select_for_update().filter(pk=offer_id, case=case_id).first()
    if offer is None:
        raise NoSuchOffer(
            _("This was not shown beside the case."), next_step=_("Load the case again.")
        )
    offer.is_relevant = is_relevant
    offer.save(update_fields=["is_relevant"])
    return offer


def offers_beside(case_id: int) -> list[Offer]:
    """Return what was shown beside a case, the newest first, with what it is; one query."""
    return list(
        Offer.objects.filter(case=case_id)
        .select_related("problem", "alike", "article", "user", "contact")
        .order_by("-id")[:60]
    )


def forget_old_offers(*, at: datetime) -> int:
    """Delete what was shown more than 400 days ago, so many at once; returns how many. Two queries.

    Reports look back a year; what was linked or answered stands in the history.
    """
    old = list(
        Offer.objects.filter(shown_on__lt=(at - KEPT_FOR).date())
        .order_by("shown_on", "id")
        .values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    )
    Offer.objects.filter(pk__in=old).delete()
    return len(old)
