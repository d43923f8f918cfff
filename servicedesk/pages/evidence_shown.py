"""Why a problem may be behind a text, in words and marked pieces of both texts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from problems.evidence import Ground, Reason, compare, excerpt
from problems.grounds import Grounds, NearCase
from problems.matching import Match
from servicedesk.pages.alike import ArticleLike, CaseLike, Likenesses
from servicedesk.pages.case_words import state_words as case_state_words
from servicedesk.pages.problem_words import state_words

LONGEST_EXCERPT = 420
Address = Callable[[str, int], str]
"""Where something shown leads: its kind ("problem", "case", "article") and its id."""


def reason_words(reason: Reason) -> str:
    """Return a fact that speaks for or against a problem as a person says it."""
    count = {"value": reason.value, "count": reason.count}
    match reason.ground:
        case Ground.PRODUCT:
            return _("Same product: %(value)s") % count
        case Ground.OTHER_PRODUCT:
            return _("Another product: %(value)s") % count
        case Ground.VERSION:
            return _("Version %(value)s") % count
        case Ground.CODE:
            return _("Code %(value)s") % {"value": reason.value.upper()}
        case Ground.REGION:
            return ngettext(
                "%(count)d case from %(value)s", "%(count)d cases from %(value)s", reason.count
            ) % count  # fmt: skip
        case Ground.LATELY:
            return ngettext(
                "%(count)d case in 7 days", "%(count)d cases in 7 days", reason.count
            ) % count  # fmt: skip
        case Ground.CONFIRMED:
            return confirmed_words(reason)


def confirmed_words(reason: Reason) -> str:
    """Return who linked cases like it; the names are not kept with a suggestion."""
    if reason.value:
        return ngettext(
            "%(value)s linked a case like it",
            "%(value)s linked %(count)d cases like it",
            reason.count,
        ) % {"value": reason.value, "count": reason.count}
    return ngettext(
        "A colleague linked a case like it",
        "Colleagues linked %(count)d cases like it",
        reason.count,
    ) % {"count": reason.count}


def reasons_shown(found: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return facts as chips: words, and whether they speak against it."""
    return [{"words": reason_words(one), "is_against": one.is_against} for one in found]


def reasons_kept(evidence: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the facts that a suggestion keeps, as chips; what is unknown is left out."""
    known = {ground.value for ground in Ground}
    return reasons_shown(
        Reason(Ground(code), str(value), int(count))
        for code, value, count in evidence.get("reasons", [])
        if code in known
    )


def words_shown(grounds: Grounds, words: Sequence[tuple[str, float]] = ()) -> list[str]:
    """Return the words that text and problem share; those that ranked it count."""
    return [word for word, _share in words] or [one.words for one in grounds.shared]


def problem_shown(match: Match, grounds: Grounds, *, address: Address) -> dict[str, Any]:
    """Return a problem that may be behind a text; no query."""
    problem = match.problem
    return {
        "id": problem.pk,
        "number": problem.name,
        "href": address("problem", problem.pk),
        "title": problem.title,
        "state_label": state_words(problem.state),
        "is_known_error": problem.known_error_at is not None,
        "percent": round(match.probability * 100),
        "words": words_shown(grounds, match.words),
        "reasons": reasons_shown(grounds.reasons),
        "workaround": problem.workaround,
    }


def case_shown(one: CaseLike, *, address: Address) -> dict[str, Any]:
    """Return a case like the text; no query."""
    case = one.case
    return {
        "id": case.pk,
        "number": case.number,
        "href": address("case", case.pk),
        "subject": case.subject,
        "who": case.contact.name,
        "contact_id": case.contact_id,
        "state_label": case_state_words(case.state),
        "opened_at": case.opened_at,
        "percent": None if one.likeness is None else round(one.likeness * 100),
        "problem": one.link.problem if one.link and one.link.is_confirmed else "",
        "solved_with": one.solved_with,
    }


def article_shown(one: ArticleLike, *, address: Address) -> dict[str, Any]:
    """Return an article like the text; no query."""
    return {
        "id": one.article.pk,
        "number": one.article.number,
        "href": address("article", one.article.pk),
        "title": one.article.title,
        "percent": None if one.likeness is None else round(one.likeness * 100),
    }


def likenesses_shown(found: Likenesses, *, address: Address) -> dict[str, Any]:
    """Return all that is like a text as pages show it; no query."""
    grounds = found.grounds or {}
    return {
        "likely": [
            problem_shown(match, grounds[match.problem.pk], address=address)
            for match in found.matches
        ],
        "similar_cases": [case_shown(one, address=address) for one in found.cases],
        "articles": [article_shown(one, address=address) for one in found.articles],
        "is_asked": found.asked,
        "is_by_words_alone": found.is_by_words_alone,
    }


def side_by_side(text: str, *, grounds: Grounds) -> dict[str, Any]:
    """Return the text and what the problem and its nearest cases say, both with marks."""
    own = compare(
        text, other="\n".join([grounds.own_text, *(one.whole for one in grounds.nearest)])
    )
    return {
        "text": marked(text, spans=own.in_text),
        "own": marked_like(text, grounds.own_text),
        "nearest": [near_shown(text, one) for one in grounds.nearest],
        "words": [{"words": one.words, "is_code": one.is_code} for one in own.shared],
    }


def near_shown(text: str, near: NearCase) -> dict[str, Any]:
    """Return a linked case with what it shares with the text marked."""
    return {
        "number": near.number,
        "subject": near.subject,
        "pieces": marked_like(text, near.whole),
        "linked_by": near.linked_by,
    }


def marked_like(text: str, other: str) -> list[dict[str, Any]]:
    """Return the other text in pieces, marked where it says what the text says."""
    return marked(other, spans=compare(text, other=other).in_other)


def marked(text: str, *, spans: Any) -> list[dict[str, Any]]:
    """Return a text in pieces of words and marks."""
    return [
        {"words": words, "is_marked": is_marked}
        for words, is_marked in excerpt(text, spans=spans, longest=LONGEST_EXCERPT)
    ]
