"""What rules, workflows and their steps may ask of a problem.

Its own words are there at once. What its customers are and wrote is asked for when a condition
names it, so that a rule about a category costs nothing. docs/routing.md says what each fact means.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from cases.models import Case, Message
from customers.models import Product
from customers.segments import contacts_in, segment_choices
from problems.evidence import VERSION
from problems.models import CaseLink, Problem
from problems.models.link import LinkKind
from problems.terms import codes_of, words_of
from workflow.branding import Brand
from workflow.conditions import BadCondition, Condition, facts_named_by

CASES_READ = 5
# Of many customers one comes from anywhere: what a quarter of them share is the problem's.
SHARED_BY = 0.25
WORDS_NEED = 2
LONGEST_OPENING = 2000
_SHARED = {
    "region": ("contact__region", "organisation__region"),
    "segment": ("contact__tier", "organisation__segment"),
    "language": ("contact__language",),
    "channel": ("channel",),
    "brand": ("brand_id",),
    "request_type": ("request_type__slug",),
}


@dataclass(frozen=True, slots=True)
class Customers:
    """What the linked cases of a problem tell: facts about customers, and what they wrote."""

    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    openings: tuple[str, ...] = ()
    segments: Callable[[], tuple[str, ...]] = tuple


NOBODY = Customers()


class ProblemFacts(Mapping[str, object]):
    """The facts of a problem; those of its customers cost three queries, once, when asked for."""

    def __init__(
        self, own: Mapping[str, str | int], *, ask: Callable[[], Customers], version: str = ""
    ) -> None:
        self.own = own
        self.ask = ask
        self.version = version

    def __getitem__(self, name: str) -> object:
        if name in self.own:
            return self.own[name]
        return DERIVED[name](self)

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        yield from DERIVED

    def __len__(self) -> int:
        return len(self.own) + len(DERIVED)

    @cached_property
    def customers(self) -> Customers:
        """What the linked cases tell."""
        return self.ask()

    @property
    def versions(self) -> tuple[str, ...]:
        """The version that was named, else those that title and statement speak of."""
        if self.version:
            return (self.version,)
        return tuple(dict.fromkeys(VERSION.findall(str(self.own["text"]))))

    @property
    def said(self) -> str:
        """What customers wrote first, of the earliest cases."""
        return "\n".join(self.customers.openings)

    @property
    def patterns(self) -> tuple[str, ...]:
        """What marks the problem: codes anybody wrote, and words that most cases share."""
        return patterns_in(str(self.own["text"]), openings=self.customers.openings)


def segment_fact(facts: ProblemFacts) -> tuple[str, ...]:
    """Return of which sort the customers are: tier, segment of the organisation, drawn segments."""
    return (*facts.customers.shared.get("segment", ()), *facts.customers.segments())


def shared_fact(name: str) -> Callable[[ProblemFacts], object]:
    """Return how a fact about customers is read."""
    return lambda facts: facts.customers.shared.get(name, ())


DERIVED: Mapping[str, Callable[[ProblemFacts], object]] = {
    "version": lambda facts: facts.versions,
    "said": lambda facts: facts.said,
    "pattern": lambda facts: facts.patterns,
    **{name: shared_fact(name) for name in _SHARED},
    "segment": segment_fact,
}
NAMES = ("title", "statement", "text", "category", "product", "severity", *DERIVED)
"""Every fact that a condition may name."""


def refuse_unknown_facts(condition: Condition) -> None:
    """Refuse a condition over something that nobody knows of a problem: it would never fit.

    Raises:
        BadCondition: there is no such fact.
    """
    unknown = sorted(facts_named_by(condition) - set(NAMES))
    if unknown:
        raise BadCondition(
            _("Nothing is known of a problem that is called “%(fact)s”.")
            % {"fact": unknown[0][:60]},
            next_step=_("Use one of %(names)s.") % {"names": ", ".join(NAMES)},
        )


def patterns_in(text: str, *, openings: Sequence[str]) -> tuple[str, ...]:
    """Return codes of a text and of what customers wrote, and words of most of the latter. Pure."""
    codes = codes_of("\n".join((text, *openings)))
    counts = Counter(word for opening in openings for word in words_of(opening))
    needed = max(WORDS_NEED, (len(openings) + 1) // 2)
    return (*codes, *(word for word, count in counts.items() if count >= needed))


# ---- one problem -----------------------------------------------------------------------------


def facts_of(problem: Problem) -> ProblemFacts:
    """Return what rules may ask of a problem, whose product is loaded."""
    return ProblemFacts(
        own_facts(problem),
        ask=lambda: customers_of([problem.pk]).get(problem.pk, NOBODY),
        version=problem.product_version,
    )


def own_facts(problem: Problem) -> dict[str, str | int]:
    """Return what a problem says itself; no query if its product is loaded."""
    return facts(
        title=problem.title,
        statement=problem.statement,
        category=problem.category,
        product=problem.product,
        severity=problem.severity,
    )


def facts(
    *, title: str, statement: str, category: str, product: Product | None, severity: int = 3
) -> dict[str, str | int]:
    """Return what rules may ask of a problem that has yet to be opened."""
    return {
        "title": title,
        "statement": statement,
        "text": f"{title}\n{statement}",
        "category": category,
        "product": product.name if product else "",
        "severity": severity,
    }


def facts_before_opening(
    own: Mapping[str, str | int], *, case_ids: Sequence[int] = (), version: str = ""
) -> ProblemFacts:
    """Return the facts of a problem that would be opened from cases."""
    return ProblemFacts(own, ask=lambda: customers_of_cases(case_ids), version=version)


# ---- many problems ---------------------------------------------------------------------------


def facts_of_all(problems: Iterable[Problem]) -> dict[int, ProblemFacts]:
    """Return the facts of problems by id; three queries at most, however many problems."""
    found = list(problems)
    everybody = Everybody([problem.pk for problem in found])
    return {
        problem.pk: ProblemFacts(
            own_facts(problem), ask=everybody.of(problem.pk), version=problem.product_version
        )
        for problem in found
    }


class Everybody:
    """The customers of many problems, asked for at once when the first is asked for."""

    def __init__(self, problem_ids: Sequence[int]) -> None:
        self.problem_ids = problem_ids

    @cached_property
    def found(self) -> dict[int, Customers]:
        """Customers by problem."""
        return customers_of(self.problem_ids)

    def of(self, problem_id: int) -> Callable[[], Customers]:
        """Return how those of one problem are asked for."""
        return lambda: self.found.get(problem_id, NOBODY)


def customers_of(problem_ids: Sequence[int]) -> dict[int, Customers]:
    """Return what confirmed cases tell, by problem; three queries."""
    linked = CaseLink.objects.filter(problem_id__in=problem_ids, kind=LinkKind.CONFIRMED)
    return told_by(linked.annotate(of=F("problem_id")), case="case__", case_id="case_id")


def customers_of_cases(case_ids: Sequence[int]) -> Customers:
    """Return what cases tell that have no problem yet; three queries, none without a case."""
    if not case_ids:
        return NOBODY
    cases = Case.objects.filter(pk__in=case_ids).annotate(of=Value(0))
    return told_by(cases, case="", case_id="pk").get(0, NOBODY)


def told_by(rows: QuerySet[Any], *, case: str, case_id: str) -> dict[int, Customers]:
    """Return what rows tell that hold cases, by their `of`; `case` leads from a row to its case."""
    brands = brand_names()
    columns = {name: f"{case}{name}" for names in _SHARED.values() for name in names}
    counted: dict[int, list[tuple[dict[str, object], int]]] = {}
    for row in rows.order_by().values("of", *columns.values()).annotate(cases=Count("id")):
        told = {name: row[column] for name, column in columns.items()}
        told["brand_id"] = brands.get(row[columns["brand_id"]], "")
        counted.setdefault(row["of"], []).append((told, row["cases"]))
    openings = first_openings(rows, case=case, case_id=case_id)
    drawn = DrawnSegments(rows, case=case)
    return {
        of: Customers(
            shared=shared_facts(found),
            openings=tuple(openings.get(of, ())),
            segments=partial(drawn.of, of),
        )
        for of, found in counted.items()
    }


class DrawnSegments:
    """In which drawn segments a quarter of the customers are, by `of`; two queries, when asked."""

    def __init__(self, rows: QuerySet[Any], *, case: str) -> None:
        self.rows = rows
        self.case = case

    @cached_property
    def found(self) -> dict[int, tuple[str, ...]]:
        """The names of the segments by `of`."""
        segments = segment_choices()
        if not segments:
            return {}
        inside = {
            f"segment_{one.pk}": Count(
                "id", filter=Q(**{f"{self.case}contact_id__in": contacts_in(one).values("pk")})
            )
            for one in segments
        }
        counted = self.rows.order_by().values("of").annotate(cases=Count("id"), **inside)
        return {
            row["of"]: tuple(
                one.name
                for one in segments
                if row[f"segment_{one.pk}"] >= max(1.0, SHARED_BY * row["cases"])
            )
            for row in counted
        }

    def of(self, of: int) -> tuple[str, ...]:
        """Return those of one."""
        return self.found.get(of, ())


def first_openings(rows: QuerySet[Any], *, case: str, case_id: str) -> dict[int, list[str]]:
    """Return subject and first message of the five earliest cases, by `of`; one query."""
    opening = Message.objects.filter(case_id=OuterRef(case_id), direction="in").order_by("id")
    found = (
        rows.annotate(
            nth=Window(RowNumber(), partition_by="of", order_by=case_id),
            opening=Subquery(opening.values("text")[:1]),
        )
        .filter(nth__lte=CASES_READ)
        .order_by("of", case_id)
        .values_list("of", f"{case}subject", "opening")
    )
    openings: dict[int, list[str]] = {}
    for of, subject, text in found:
        openings.setdefault(of, []).append(whole(subject, text))
    return openings


def brand_names() -> dict[int | None, str]:
    """Return the names of brands by id, that of the default one for none; one query."""
    found = Brand.objects.values_list("pk", "name", "is_default")
    return {
        key: name for pk, name, is_default in found for key in ((pk, None) if is_default else (pk,))
    }


def shared_facts(rows: Iterable[tuple[Mapping[str, object], int]]) -> dict[str, tuple[str, ...]]:
    """Return what at least a quarter of the cases share that say anything of it. Pure.

    `rows` are columns and how many cases have just these.
    """
    rows = list(rows)
    found: dict[str, tuple[str, ...]] = {}
    for name, columns in _SHARED.items():
        counts: Counter[str] = Counter()
        known = 0
        for row, cases in rows:
            values = {str(row[column]) for column in columns if row[column]}
            known += cases if values else 0
            counts.update(dict.fromkeys(values, cases))
        found[name] = tuple(
            value for value, count in counts.most_common() if count >= SHARED_BY * known
        )
    return found


def whole(subject: str, text: str | None) -> str:
    """Return subject and first message as one text."""
    return f"{subject}\n{(text or '')[:LONGEST_OPENING]}"
