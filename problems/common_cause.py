"""What cases of a pattern have in common: their texts and facts, compared with the tenant's others."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery

from cases.intake.quoting import split_quoted
from cases.models import Case, Message
from customers.models import InstalledProduct, Product
from problems.evidence import named_versions_in
from problems.learning import whole_text
from problems.models import PatternCase
from problems.patterns.naming import Cause as Named
from problems.patterns.naming import Common, cause_of
from problems.suspecting import Cause

BACKGROUND = 400
TEXTS_READ = 100
LONGEST_READ = 1_500
# What most of the cases share is what the pattern is about.
ABOUT_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Worded:
    """What some customers wrote first, and what is known beside it, in one order."""

    texts: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    facts: tuple[dict[str, str], ...] = ()


def worded(case_ids: Collection[int]) -> Worded:
    """Return texts and facts of cases, by id; one query.

    The version is the one that a text names, else the one that the customer has of the product.
    """
    opening = Message.objects.filter(case_id=OuterRef("pk"), direction="in").order_by("id")
    installed = InstalledProduct.objects.filter(
        Q(contact=OuterRef("contact")) | Q(organisation=OuterRef("organisation")),
        product=OuterRef("product"),
        version__isnull=False,
        until__isnull=True,
    ).order_by("-pk")
    rows = (
        Case.objects.filter(pk__in=case_ids)
        .annotate(
            opening=Subquery(opening.values("text")[:1]),
            installed=Subquery(installed.values("version__name")[:1]),
        )
        .order_by("pk")
        .values(
            "subject",
            "opening",
            "installed",
            "channel",
            "product__name",
            "contact__region",
            "contact__tier",
            "organisation__region",
            "organisation__segment",
        )
    )
    found = list(rows)
    texts = tuple(text_in(row["subject"], row["opening"] or "") for row in found)
    return Worded(
        texts=texts,
        subjects=tuple(row["subject"] for row in found),
        facts=tuple(
            {
                "product": row["product__name"] or "",
                "region": row["organisation__region"] or row["contact__region"] or "",
                "segment": row["organisation__segment"] or row["contact__tier"] or "",
                "channel": row["channel"],
                "version": next(iter(named_versions_in(text)), row["installed"] or ""),
            }
            for text, row in zip(texts, found, strict=True)
        ),
    )


def text_in(subject: str, opening: str) -> str:
    """Return subject and what is new in a text, as much as names a matter."""
    return whole_text(subject, split_quoted(opening[: 4 * LONGEST_READ]).new[:LONGEST_READ])


def other_cases(case_ids: Collection[int]) -> list[int]:
    """Return the newest cases beside these; one query."""
    return list(
        Case.objects.exclude(pk__in=case_ids)
        .exclude(state__in=("spam", "merged"))
        .order_by("-pk")
        .values_list("pk", flat=True)[:BACKGROUND]
    )


def common_cause(case_ids: Sequence[int]) -> Cause | None:
    """Return what the latest of these cases share that others do not; None if nothing names it.

    Four queries.
    """
    here = worded(case_ids[-TEXTS_READ:])
    there = worded(other_cases(case_ids))
    named = cause_of(
        here.texts,
        background=there.texts,
        facts=here.facts,
        background_facts=there.facts,
        subjects=here.subjects,
    )
    if not named.is_nameable or not named.title:
        return None
    return kept_cause(named)


def kept_cause(named: Named) -> Cause:
    """Return the cause as a pattern keeps it; one query at most."""
    about = {fact.kind: fact for fact in reversed(named.facts) if fact.share >= ABOUT_FROM}
    product = about.get("product")
    # Few say which version they have: what is told of it beyond chance is enough.
    versions = [fact.value for fact in named.facts if fact.kind == "version"]
    codes = tuple(code.value.upper() for code in named.codes)
    return Cause(
        title=with_codes(named.title, codes),
        phrases=(*codes, *(phrase.value for phrase in named.phrases)),
        shares=tuple((fact.kind, fact.value, fact.times) for fact in named.facts),
        product_id=product_called(product) if product is not None else None,
        product_version=versions[0] if versions else "",
        region=about["region"].value if "region" in about else "",
    )


def with_codes(title: str, codes: tuple[str, ...]) -> str:
    """Return a title in which codes stand in capitals, as customers read them on their screens."""
    for code in codes:
        title = re.sub(re.escape(code), code, title, flags=re.IGNORECASE)
    return title


def product_called(product: Common) -> int | None:
    """Return the product of a name; one query."""
    return Product.objects.filter(name=product.value).values_list("pk", flat=True).first()


def cause_with(pattern_id: int, case_ids: Sequence[int]) -> Cause | None:
    """Return what a pattern's cases and new ones share; five queries."""
    known = PatternCase.objects.filter(pattern_id=pattern_id, excluded_at__isnull=True)
    before = known.order_by("-id").values_list("case_id", flat=True)[:TEXTS_READ]
    return common_cause(sorted({*before, *case_ids}))
