"""Why problems may be behind a text: read what its evidence needs, for all of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from cases.models import Message
from customers.models import Product
from problems.asking import Question
from problems.evidence import (
    LATELY,
    AskedFacts,
    KnownFacts,
    Reason,
    Shared,
    compare,
    reasons,
)
from problems.learning import whole_text
from problems.models import CaseLink, Problem
from problems.models.link import LinkKind

NEAREST = 3


class Matched(Protocol):
    """A problem that may be behind a text, and the ids of its linked cases most like it."""

    @property
    def problem(self) -> Problem:
        """The problem."""

    @property
    def nearest(self) -> tuple[int, ...]:
        """Cases most like the text, best first; none where words alone were compared."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """A problem that somebody points at: its newest cases count."""

    problem: Problem
    nearest: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NearCase:
    """A linked case like the text: what its customer wrote first, and who linked it ("" if nobody)."""

    id: int
    number: int
    subject: str
    text: str
    linked_by: str

    @property
    def whole(self) -> str:
        """Subject and text as one."""
        return whole_text(self.subject, self.text)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for a problem: words it shares with the text, facts, and cases like it."""

    shared: tuple[Shared, ...] = ()
    reasons: tuple[Reason, ...] = ()
    nearest: tuple[NearCase, ...] = ()
    own_text: str = ""

    def kept(self, words: Sequence[tuple[str, float]] = ()) -> dict[str, Any]:
        """Return words and facts as a suggestion keeps them; nobody's name stands in it.

        `words` are those that ranked the problem, with their shares: they count where there are any.
        """
        own = words or [(one.words, 0.0) for one in self.shared]
        return {
            "words": [[word, weight] for word, weight in own],
            "reasons": [
                [one.ground.value, "" if one.ground == "confirmed" else one.value, one.count]
                for one in self.reasons
            ],
        }


def grounds_of(
    question: Question, matches: Sequence[Matched], *, reads_cases: bool = True
) -> dict[int, Grounds]:
    """Return what speaks for each problem, by its id; three queries, none without a match.

    For who does not read cases only what the problem itself says is compared.
    """
    if not matches:
        return {}
    near = nearest_cases(matches) if reads_cases else {}
    about = facts_of_linked(question, [match.problem.pk for match in matches])
    product_ids = {match.problem.product_id for match in matches} - {None}
    products = dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "name"))
    asked = AskedFacts(
        text=whole_text(question.subject, question.text),
        product_id=question.product_id,
        version=question.product_version,
        region=question.region,
    )
    return {
        match.problem.pk: grounds(
            asked,
            match=match,
            near=near.get(match.problem.pk, []),
            known=about.get(match.problem.pk, {}),
            product=products.get(match.problem.product_id or 0, ""),
        )
        for match in matches
    }


def grounds(
    asked: AskedFacts,
    *,
    match: Matched,
    near: Sequence[NearCase],
    known: Mapping[str, Any],
    product: str,
) -> Grounds:
    """Return what speaks for one problem; no query."""
    problem = match.problem
    own = f"{problem.title}\n{problem.statement}"
    confirmed = [case for case in near if case.linked_by]
    return Grounds(
        shared=compare(asked.text, other="\n".join([own, *(case.whole for case in near)])).shared,
        reasons=reasons(
            asked,
            KnownFacts(
                texts=(own, *(case.whole for case in near)),
                product_id=problem.product_id,
                product=product,
                version=problem.product_version,
                regions={asked.region: known.get("region") or 0},
                lately=known.get("lately") or 0,
                confirmed_by=tuple(case.linked_by for case in confirmed),
                confirmed=len(confirmed),
            ),
        ),
        nearest=tuple(near),
        own_text=own,
    )


def nearest_cases(matches: Sequence[Matched]) -> dict[int, list[NearCase]]:
    """Return the linked cases most like the text by problem, else its newest; one query."""
    ids = [case_id for match in matches for case_id in match.nearest]
    unknown = [match.problem.pk for match in matches if not match.nearest]
    order = {case_id: place for place, case_id in enumerate(ids)}
    opening = Message.objects.filter(case_id=OuterRef("case_id"), direction="in").order_by("id")
    links = confirmed_links([match.problem.pk for match in matches])
    if unknown:
        # To number thousands of links costs more than to find three: only where words alone count.
        newest = Window(RowNumber(), partition_by="problem_id", order_by=F("id").desc())
        links = links.annotate(how_new=newest).filter(
            Q(case_id__in=ids) | Q(problem_id__in=unknown, how_new__lte=NEAREST)
        )
    else:
        links = links.filter(case_id__in=ids)
    rows = (
        links.annotate(opening=Subquery(opening.values("text")[:1]))
        .order_by("-id")
        .values_list(
            "problem_id", "case_id", "case__number", "case__subject", "opening", "decided_by__name"
        )
    )
    found: dict[int, list[NearCase]] = {}
    for problem_id, case_id, number, subject, text, name in rows:
        case = NearCase(case_id, number, subject, text or "", name or "")
        found.setdefault(problem_id, []).append(case)
    for cases in found.values():
        cases.sort(key=lambda case: order.get(case.id, len(order)))
    return found


def confirmed_links(problem_ids: Sequence[int]) -> QuerySet[CaseLink]:
    """Return the confirmed links of problems."""
    return CaseLink.objects.filter(problem_id__in=problem_ids, kind=LinkKind.CONFIRMED)


def facts_of_linked(question: Question, problem_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return by problem how many linked cases came lately and from the asked region; one query."""
    from_there = Q(case__contact__region=question.region) | Q(
        case__organisation__region=question.region
    )
    rows = (
        confirmed_links(problem_ids)
        .order_by()
        .values("problem_id")
        .annotate(
            lately=Count("id", filter=Q(case__first_contact_at__gte=question.at - LATELY)),
            region=Count("id", filter=from_there),
        )
    )
    return {row["problem_id"]: row for row in rows}
