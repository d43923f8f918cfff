"""What was shown beside a case because it may help: the few facts that matter, and their use."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FACTS_SHOWN = 3
LONGEST_SAID = 180
DOORS = {
    "case": gettext_lazy("beside the case"),
    "form": gettext_lazy("while the case was written"),
    "phone": gettext_lazy("on the telephone"),
    "portal": gettext_lazy("to the customer in the portal"),
    "queue": gettext_lazy("in the queue of suggestions"),
}


def facts_of(shown: Mapping[str, Any], *, offers: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the three facts that help most with a case, each with what was said of it; pure.

    A workaround of the likeliest problem, how the nearest solved case was solved, an article.
    `offers` are the rows of what was shown beside the case.
    """
    kept = {("problem", one.problem_id): one for one in offers if one.problem_id}
    kept |= {("case", one.alike_id): one for one in offers if one.alike_id}
    kept |= {("article", one.article_id): one for one in offers if one.article_id}
    found = [fact for fact in facts_in(shown) if fact is not None]
    for fact in found:
        offer = kept.get((fact["kind"], fact["id"]))
        fact["offer"] = offer.pk if offer else None
        fact["is_relevant"] = offer.is_relevant if offer else None
    return found[:FACTS_SHOWN]


def facts_in(shown: Mapping[str, Any]) -> list[dict[str, Any] | None]:
    """Return the likeliest of each kind, the most useful first."""
    problem = next((one for one in shown["likely"] if one["workaround"]), None)
    solved = next((one for one in shown["similar_cases"] if one["solved_with"]), None)
    article = next(iter(shown["articles"]), None)
    return [
        fact(
            problem,
            kind="problem",
            symbol="waypoints",
            label=_("Workaround of %(name)s"),
            says=problem["workaround"],
        )
        if problem
        else None,
        fact(
            {**solved, "number": f"#{solved['number']}"},
            kind="case",
            symbol="circle-check",
            label=_("%(name)s was answered so"),
            says=solved["solved_with"],
        )
        if solved
        else None,
        fact(
            article,
            kind="article",
            symbol="book-open-text",
            label=_("Article %(name)s"),
            says=article["title"],
        )
        if article
        else None,
    ]


def fact(
    one: Mapping[str, Any], *, kind: str, symbol: str, label: str, says: str
) -> dict[str, Any]:
    """Return one fact as it is shown."""
    return {
        "kind": kind,
        "id": one["id"],
        "href": one["href"],
        "symbol": symbol,
        "label": label % {"name": one["number"]},
        "says": says if len(says) <= LONGEST_SAID else f"{says[:LONGEST_SAID].rstrip()}…",
    }


def offers_shown(offers: Iterable[Any]) -> list[dict[str, Any]]:
    """Return what was shown beside a case with its use, for the page that audits it; no query."""
    return [
        {
            "name": name_of(one),
            "where": str(DOORS[one.door]),
            "who": one.user.name if one.user else one.contact.name,
            "shown_at": one.shown_at,
            "opened_at": one.opened_at,
            "used_at": one.used_at,
            "is_relevant": one.is_relevant,
        }
        for one in offers
    ]


def name_of(offer: Any) -> str:
    """Return what was shown, by its number."""
    if offer.problem is not None:
        return f"{offer.problem.name} {offer.problem.title}"
    if offer.alike is not None:
        return f"#{offer.alike.number} {offer.alike.subject}"
    return _("Article %(number)s: %(title)s") % {
        "number": offer.article.number,
        "title": offer.article.title,
    }
