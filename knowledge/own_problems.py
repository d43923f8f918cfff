"""Known problems that concern one customer: told of, joined, followed, or about what they have."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject, Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from cases.models import Case
from customers.having import bought_by, installed_on
from customers.models import Contact
from knowledge.models import Article, ArticleState
from problems.models import Affected, CaseLink, ContactFollow, Problem, Scope
from problems.models.affected import OF_PEOPLE, PRESENT
from problems.models.link import LinkKind
from problems.projection import as_public, seen_by_customer
from problems.public import PublicProblem
from problems.states import OPEN_STATES, Outcome
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept

# So long a fix stays on the list of those who have not said that it works.
SHOWN_AFTER_FIX = timedelta(days=60)
# No id is that: customers with an organisation and without one are asked for by the same statement.
NO_ORGANISATION = 0


class NoSuchKnownProblem(Refusal):
    """There is no such problem, or not for this customer; the answer is the same."""

    code = "no_such_known_problem"
    status = 404


@dataclass(frozen=True, slots=True)
class OwnProblem:
    """A problem that a customer may know of, and what it is to them.

    `title` is that of the published article, empty if there is none: then `product` says what it
    is about. `case_number` is the customer's own newest case about it, None without one.
    """

    number: int
    title: str
    product: str
    article_number: int | None
    case_number: int | None
    is_affected: bool
    is_following: bool
    problem: PublicProblem


def problems_of_customer(contact: Contact, *, at: datetime, at_most: int = 20) -> list[OwnProblem]:
    """Return the problems that concern a customer, open ones first, newest first; two queries.

    One finds them, the other reads what is shown: one statement for both was dear to plan, in time
    and in memory. For most customers there is none, and the first is all.
    """
    found = known_to(
        contact_id=contact.pk,
        organisation_id=contact.organisation_id or NO_ORGANISATION,
        fixed_since=at - SHOWN_AFTER_FIX,
        at_most=at_most,
    )
    if not found:
        return []
    ids = [one.pk for one in found]
    shown = {one.pk: one for one in shown_to(problems=ids, contact_id=contact.pk)}
    # What was withdrawn between the two queries is shown no more.
    return [own_problem(shown[one]) for one in ids if may_still_be_shown(shown.get(one))]


def may_still_be_shown(found: Any) -> bool:
    """Whether a problem is still open or fixed, and told of or published; no query."""
    return (
        found is not None
        and (found.is_open or found.outcome == Outcome.FIX_APPLIED)
        and (found.is_told or found.is_published)
    )


def others_known(
    contact: Contact, *, without: Collection[int], at: datetime, at_most: int = 20
) -> list[OwnProblem]:
    """Return the open problems of which a customer may know besides some numbers; one query."""
    found = may_know(contact, at=at).filter(is_open()).exclude(number__in=without)
    return [own_problem(one) for one in found.order_by("-pk")[:at_most]]


def problem_of_customer(contact: Contact, number: int, *, at: datetime) -> OwnProblem:
    """Return a problem that a customer may know of, with its stays; two queries.

    Also one that stands on no list: whoever was told of it reads on, and why it is not fixed.

    Raises:
        NoSuchKnownProblem: it is not there, or not for this customer.
    """
    shown = with_what_is_shown(contact_id=contact.pk).filter(number=number)
    since = at - SHOWN_AFTER_FIX
    told = Affected.objects.filter(
        OF_PEOPLE, problem=OuterRef("pk"), contact=contact.pk, told_at__isnull=False
    )
    found = shown.filter(
        ((is_open() | is_fixed_since(since)) & (is_known() | Q(Exists(told))))
        | (is_refused_since(since) & ~Q(refused=""))
    ).first()
    if found is None:
        raise NoSuchKnownProblem(
            _("There is no known problem %(number)s here.") % {"number": number},
            next_step=_("Look at the list of known problems."),
        )
    return own_problem(found, with_stays=True)


def own_problem(found: Any, *, with_stays: bool = False) -> OwnProblem:
    """Return what of a problem is for the customer; no query, one with the stays."""
    article = found.articles_shown[0] if found.articles_shown else {}
    return OwnProblem(
        number=found.number,
        title=article.get("title", ""),
        product=found.product.name if found.product is not None else "",
        article_number=article.get("number"),
        case_number=found.case_number,
        is_affected=found.is_affected,
        is_following=found.is_following,
        problem=as_public(found, with_stays=with_stays),
    )


@kept("contact_id", "organisation_id", "fixed_since")
def known_to(
    *, contact_id: int, organisation_id: int, fixed_since: datetime, at_most: int
) -> QuerySet[Problem]:
    """Return the problems that concern a customer, with nothing but their ids; one query.

    Those that they were told of, wrote about or joined, also without an article; and published
    ones that reach them by a scope, that they follow, or that are about what they have.
    """
    theirs = concerns(contact_id=contact_id, organisation_id=organisation_id)
    problems = Problem.objects.only("id").alias(**what_it_is_to(contact_id))
    # Each condition is written once: PostgreSQL plans a query within a query as often as it stands.
    found = problems.filter(
        is_open() | is_fixed_since(fixed_since),
        Q(is_told=True) | (Q(is_published=True) & (Q(is_following=True) | (is_open() & theirs))),
    )
    return found.order_by(F("resolved_at").desc(nulls_first=True), "-pk")[:at_most]


@kept("problems", "contact_id")
def shown_to(*, problems: list[int], contact_id: int) -> QuerySet[Problem]:
    """Return problems by id, with what is shown of them to a customer; one query."""
    return with_what_is_shown(contact_id=contact_id).filter(pk__in=problems)


def may_know(contact: Contact, *, at: datetime) -> QuerySet[Problem]:
    """Return the problems of which a customer may know: those that concern them, and published."""
    public = with_what_is_shown(contact_id=contact.pk)
    return public.filter((is_open() | is_fixed_since(at - SHOWN_AFTER_FIX)) & is_known())


def is_known() -> Q:
    """Return the condition that a problem concerns the customer, or is published."""
    return Q(is_told=True) | Q(is_published=True, known_error_at__isnull=False)


def is_open() -> Q:
    """Return the condition of being open."""
    return Q(state__in=[state.value for state in OPEN_STATES])


def is_fixed_since(moment: datetime) -> Q:
    """Return the condition of being fixed for good, not before a moment."""
    return Q(outcome=Outcome.FIX_APPLIED.value, resolved_at__gte=moment) & ~is_open()


def is_refused_since(moment: datetime) -> Q:
    """Return the condition of having ended without a fix, not before a moment."""
    return Q(resolved_at__gte=moment) & ~Q(outcome=Outcome.FIX_APPLIED.value) & ~is_open()


def concerns(*, contact_id: int, organisation_id: int) -> Q:
    """Return the condition that a problem reaches a customer who does not follow it.

    A problem with a scope reaches those in its ledger and nobody else of its product.
    """
    scopes = Scope.objects.filter(problem=OuterRef("pk"), ended_at__isnull=True)
    of_theirs = has_product(contact_id=contact_id, organisation_id=organisation_id)
    return Q(is_affected=True) | (of_theirs & ~Q(Exists(scopes)))


def has_product(*, contact_id: int, organisation_id: int) -> Q:
    """Return the condition that a problem is about what a customer has, bought or asked about.

    Of a problem of one version those know who have that version, or nobody knows which.
    """
    theirs = Q(contact=contact_id) | Q(organisation=organisation_id)
    of_product = Q(product=OuterRef("product"))
    installed = installed_on().filter(theirs, of_product)
    that_version = installed.filter(
        Q(version__isnull=True)
        | Exact(OuterRef("product_version"), Value(""))
        | Exact(Lower("version__name"), Lower(OuterRef("product_version")))
    )
    asked = Case.objects.filter(of_product, contact=contact_id)
    bought = bought_by().filter(theirs, of_product)
    loosely = Q(Exists(bought)) | (Q(Exists(asked)) & ~Q(Exists(installed)))
    return Q(Exists(that_version)) | loosely


def what_it_is_to(contact_id: int) -> dict[str, Any]:
    """Return what a query adds of a problem: what it is to a customer, and whether it is published."""
    ledger = Affected.objects.filter(PRESENT, problem=OuterRef("pk"), contact=contact_id)
    knows = Q(told_at__isnull=False) | Q(me_too_at__isnull=False) | Q(found="case")
    follows = ContactFollow.objects.filter(problem=OuterRef("pk"), contact=contact_id)
    return {
        "is_affected": Exists(ledger),
        "is_told": Exists(ledger.filter(knows)),
        "is_following": Exists(follows),
        "is_published": Exists(published_articles()),
    }


def published_articles() -> QuerySet[Article]:
    """Return the published articles of the problem outside."""
    return Article.objects.filter(problem=OuterRef("pk"), state=ArticleState.PUBLISHED)


def with_what_is_shown(*, contact_id: int) -> QuerySet[Problem]:
    """Return problems with all that a customer may see of each; no query yet."""
    cases = CaseLink.objects.filter(
        problem=OuterRef("pk"), kind=LinkKind.CONFIRMED, case__contact=contact_id
    ).order_by("-case_id")
    newest = published_articles().order_by("-id")
    return Problem.objects.select_related("product").annotate(
        **what_it_is_to(contact_id),
        articles_shown=ArraySubquery(
            newest.values(json=JSONObject(number="number", title="title"))[:1]
        ),
        case_number=Subquery(cases.values("case__number")[:1]),
        **seen_by_customer(OuterRef("pk"), contact_id=contact_id),
    )
