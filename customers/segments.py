"""Which customers are of which sort: segments are rules over what is known of a contact.

A rule is turned into SQL: whom it fits is one query however many customers there are. It means
what workflow.conditions says of the same tree over the same facts.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    ExpressionWrapper,
    Func,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Lower, Trim
from django.db.models.lookups import Contains, Exact, In, StartsWith

from customers.glance import facts_of, glances_at
from customers.having import TODAY, bought_by, holders_of, installed_on, region_known
from customers.models import Contact, Purchase, Segment
from workflow.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Leaf,
    Not,
    evaluate,
    parse_condition,
)
from workflow.tenancy.kept_queries import kept

WORD = re.compile(r"\w+")
MOST_DAYS = 100_000
EVERYBODY = ~Q(pk__in=[])
NOBODY = Q(pk__in=[])
NEGATIVE = {"is_not": "is", "not_in": "in"}

Rule = Mapping[str, Any]
Holds = Callable[[Leaf], Q]


class WordsOnly(Func):
    """A text in small letters with one blank between words and around it, to find phrases in."""

    function = "regexp_replace"
    template = "(' ' || %(function)s(lower(%(expressions)s), '\\W+', ' ', 'g') || ' ')"
    output_field = TextField()


def segment_choices() -> list[Segment]:
    """Return the segments in use by name; one query."""
    return active_segments()


@kept()
def active_segments() -> QuerySet[Segment]:
    """Return the segments in use in the order of a list."""
    return Segment.objects.filter(is_active=True).order_by("name", "id")


def contacts_in(segment: Segment) -> QuerySet[Contact]:
    """Return the contacts of a segment, whom it fits now; one query."""
    return contacts_fitting(segment.rule)


def contacts_fitting(rule: Rule) -> QuerySet[Contact]:
    """Return the contacts whom a rule fits now; one query.

    Raises:
        BadCondition: it cannot be read.
    """
    fits = condition_in_sql(parse_condition(rule))
    return Contact.objects.filter(fits, joined_to__isnull=True)


def segments_of(contact_ids: Iterable[int]) -> dict[int, list[Segment]]:
    """Return the segments of contacts, by name, by the id of the contact.

    Three queries however many, one where no segment is in use. Of a few contacts it is quicker to
    read what they have and to judge here than to ask for all whom each segment has.
    """
    wanted = list(contact_ids)
    known = active_segments() if wanted else []
    found: dict[int, list[Segment]] = {one: [] for one in wanted}
    if not known:
        return found
    rules = [(one, parse_condition(one.rule)) for one in known]
    glances = glances_at(wanted)
    for contact in Contact.objects.filter(pk__in=wanted).select_related("organisation"):
        facts = facts_of(contact, glance=glances[contact.pk])
        found[contact.pk] = [one for one, rule in rules if evaluate(rule, facts).matched]
    return found


def counts_of(segments: Iterable[Segment]) -> dict[int, int]:
    """Return how many customers segments have now, by the id of the segment; one query, at most.

    A count for each, put together: each finds its own customers by what their rule says first.
    Counted in one pass, every rule was asked of every customer, which took nearly twice as long.
    """
    wanted = list(segments)
    if not wanted:
        return {}
    first, *others = [counted(one) for one in wanted]
    found = dict(first.union(*others, all=True))
    return {one.pk: found.get(one.pk, 0) for one in wanted}


def counted(segment: Segment) -> QuerySet[Any, tuple[int, int]]:
    """Return the id of a segment and how many customers it has, no row where it has none."""
    which = Value(segment.pk, output_field=BigIntegerField())
    rows = contacts_in(segment).order_by().annotate(which=which).values("which")
    return rows.annotate(count=Count("pk")).values_list("which", "count")


# ---- a rule as SQL ---------------------------------------------------------------------------


def condition_in_sql(condition: Condition) -> Q:
    """Return a condition over contacts; it is true or false of each, never unknown."""
    match condition:
        case Leaf():
            return leaf_in_sql(condition)
        case Not(part):
            return ~condition_in_sql(part)
        case AllOf(parts):
            return Q(EVERYBODY, *(condition_in_sql(part) for part in parts))
        case AnyOf(parts):
            return either(condition_in_sql(part) for part in parts)


def either(parts: Iterable[Q]) -> Q:
    """Return that one of them is so; made at once, for joining them one by one copies all."""
    return Q(NOBODY, *parts, _connector=Q.OR)


def looks_of(condition: Condition) -> int:
    """Return how often a condition looks at what a contact has; each is a query in the query."""
    match condition:
        case Leaf(fact, _operator, value):
            many = len(value) if fact == "days_since_purchase" and isinstance(value, tuple) else 1
            return many if fact in LOOKED_UP else 0
        case Not(part):
            return looks_of(part)
        case AllOf(parts) | AnyOf(parts):
            return sum(looks_of(part) for part in parts)


def leaf_in_sql(leaf: Leaf) -> Q:
    """Return one statement; what nobody knows of a contact is not known of any."""
    if leaf.operator in NEGATIVE:
        return ~leaf_in_sql(Leaf(leaf.fact, NEGATIVE[leaf.operator], leaf.value))
    holds = FACTS.get(leaf.fact)
    if holds is None:
        return EVERYBODY if (leaf.operator, leaf.value) == ("exists", False) else NOBODY
    if leaf.operator == "exists":
        known = holds(leaf)
        return known if leaf.value else ~known
    return holds(leaf)


def text_fact(make: Callable[[], Any]) -> Holds:
    """Return how a text of a contact is asked for; `make` gives it in small letters."""

    def holds(leaf: Leaf) -> Q:
        compared = text_in_sql(make(), leaf)
        return NOBODY if compared is None else Q(compared)

    return holds


def text_in_sql(text: Any, leaf: Leaf) -> Any:
    """Return the comparison of a text in small letters, or None if none can be so."""
    match leaf.operator:
        case "exists":
            return ~Q(Exact(text, Value("")))
        case "is" | "in":
            choices = texts_in(leaf.value)
            return In(text, choices) if choices else None
        case "contains":
            phrases = [" ".join(WORD.findall(one)) for one in texts_in(leaf.value)]
            searched = WordsOnly(text)
            return either(Q(Contains(searched, Value(f" {phrase} "))) for phrase in phrases)
        case "starts_with":
            return StartsWith(text, Value(str(leaf.value).lower()))
    return None


def texts_in(value: object) -> list[str]:
    """Return the texts of a value in small letters; what is no text or empty is like nothing."""
    values = value if isinstance(value, tuple) else (value,)
    texts = [one.strip().lower() for one in values if isinstance(one, str)]
    return [one for one in texts if one]


def relation() -> Case:
    """Return whether somebody is a customer, or a prospect: one who asked and is none yet."""
    return Case(
        When(is_prospect=True, then=Value("prospect")),
        default=Value("customer"),
        output_field=CharField(),
    )


def days_since_purchase(leaf: Leaf) -> Q:
    """Return the statement about how many days ago a contact bought something last."""
    ever = bought_after(-MOST_DAYS)
    match leaf.operator:
        case "exists":
            return ever
        case "at_most":
            return bought_after(-days_in(leaf.value, rounded=math.floor))
        case "at_least":
            return ever & ~bought_after(1 - days_in(leaf.value, rounded=math.ceil))
        case "is" | "in":
            values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
            days = [int(one) for one in values if is_whole(one) and 0 <= float(one) < MOST_DAYS]
            return either(bought_after(-n) & ~bought_after(1 - n) for n in days)
    return NOBODY


def bought_after(days: int) -> Q:
    """Return the condition of having bought something since a day, told by days from today."""
    since = ExpressionWrapper(TODAY + Value(days), output_field=DateField())
    rows = Purchase.objects.filter(bought_on__gte=since, bought_on__lte=TODAY)
    return holders_of(rows.order_by())


def days_in(value: object, *, rounded: Callable[[float], int]) -> int:
    """Return a number of days between none and as many as anybody can mean."""
    number = float(value) if isinstance(value, int | float) else 0.0
    return rounded(min(max(number, -1.0), float(MOST_DAYS)))


def is_whole(value: object) -> bool:
    """Whether a value is a whole number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)


def had(leaf: Leaf, *, name: Callable[[], Any], is_versioned: bool = False) -> Q:
    """Return the statement about one of the things that a contact has."""
    compared = text_in_sql(name(), leaf)
    if compared is None:
        return NOBODY
    both: tuple[QuerySet[Any], ...] = (installed_on(), bought_by())
    if is_versioned:
        both = tuple(rows.filter(version__isnull=False) for rows in both)
    return either(holders_of(rows.filter(compared)) for rows in both)


def bought(leaf: Leaf) -> Q:
    """Return the statement about one of the products that a contact ever bought."""
    compared = text_in_sql(product_name(), leaf)
    return (
        NOBODY
        if compared is None
        else holders_of(Purchase.objects.filter(compared, bought_on__lte=TODAY).order_by())
    )


def product_name() -> Lower:
    """Return the name of a thing's product, in small letters."""
    return Lower(Trim("product__name"))


def version_name() -> Lower:
    """Return the name of a thing's product and its version, in small letters."""
    whole = Concat(Trim("product__name"), Value(" "), Trim("version__name"))
    return Lower(whole, output_field=CharField())


FACTS: Mapping[str, Holds] = {
    "tier": text_fact(lambda: Lower(Trim("tier"))),
    "region": text_fact(region_known),
    "language": text_fact(lambda: Lower(Trim("language"))),
    "organisation": text_fact(lambda: Coalesce(Lower(Trim("organisation__name")), Value(""))),
    "organisation_segment": text_fact(
        lambda: Coalesce(Lower(Trim("organisation__segment")), Value(""))
    ),
    "relation": text_fact(relation),
    "product": lambda leaf: had(leaf, name=product_name),
    "version": lambda leaf: had(leaf, name=version_name, is_versioned=True),
    "bought": bought,
    "days_since_purchase": days_since_purchase,
}
"""What a rule may ask of a contact (docs/proactive.md says what each means)."""
LOOKED_UP = frozenset({"product", "version", "bought", "days_since_purchase"})
