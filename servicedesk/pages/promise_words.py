"""Promises to customers, hit rates, grounds of a priority and costs of a delay, in words."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from problems.delay_cost import DelayCost, Weights
from problems.hit_rates import HitRate, Slips
from problems.promises_told import PromiseKind, Verdict
from problems.urgency import Ground, kept_grounds
from servicedesk.pages.case_words import PRIORITY_CODES, priority_words
from servicedesk.pages.problem_words import CONFIDENCES, estimate_words
from servicedesk.pages.spans import hours_in_words

VERDICTS = {
    Verdict.RUNNING: gettext_lazy("Running"),
    Verdict.BROKEN: gettext_lazy("Broken"),
    Verdict.KEPT: gettext_lazy("Kept"),
    Verdict.MOVED: gettext_lazy("Moved in time"),
    Verdict.WITHDRAWN: gettext_lazy("Taken back"),
}
TONES = {
    Verdict.RUNNING: "petrol",
    Verdict.BROKEN: "red",
    Verdict.KEPT: "good",
    Verdict.MOVED: "orange",
    Verdict.WITHDRAWN: "line",
}
MEASURES = {
    "customers": gettext_lazy("Customers affected"),
    "contracts": gettext_lazy("Customers with a contract"),
    "contacts_a_day": gettext_lazy("Contacts a day"),
    "at_risk": gettext_lazy("Promises broken or due within a day"),
}
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def promise_shown(promise: Any, *, at: Any) -> dict[str, Any]:
    """Return one promise to the customers of a problem; its estimate is loaded; no query."""
    verdict = promise.verdict(at=at)
    return {
        "words": promise_words(promise),
        "due_at": last_moment(promise),
        "verdict": verdict.value,
        "label": str(VERDICTS[verdict]),
        "tone": TONES[verdict],
        "reason": promise.reason,
        "told": promise.told,
        "made_at": promise.made_at,
        "made_by": promise.made_by.name if promise.made_by else _("Automatic"),
    }


def last_moment(promise: Any) -> Any:
    """Return when a promise is kept at the latest; a day ends before the midnight after it."""
    return promise.due_at - MINUTE if promise.kind == PromiseKind.DATE else promise.due_at


def promise_words(promise: Any) -> str:
    """Return what was promised; no query."""
    if promise.kind == PromiseKind.DATE:
        days = estimate_words(promise.estimate.expected_on, promise.estimate.latest_on)
        return _("Fixed: %(days)s") % {"days": days}
    return str(promise.text) or _("We tell you more")


def hit_words(rate: HitRate) -> str:
    """Return how right dates were that were said this sure, as a sentence."""
    sure = str(CONFIDENCES[rate.confidence])
    if rate.share is None:
        return _("%(sure)s: nothing is known yet.") % {"sure": sure}
    return ngettext(
        "%(sure)s: %(hits)d of %(known)d date came true (%(share)d %%, likely %(least)d to %(most)d %%).",
        "%(sure)s: %(hits)d of %(known)d dates came true (%(share)d %%, likely %(least)d to %(most)d %%).",
        rate.known,
    ) % {
        "sure": sure,
        "hits": rate.by_latest,
        "known": rate.known,
        "share": round(100 * rate.share),
        "least": round(100 * rate.least),
        "most": round(100 * rate.most),
    }


def slip_words(slips: Slips) -> str:
    """Return how many dates that were not kept were told in time, as a sentence."""
    slipped = slips.moved + slips.broken
    if not slipped:
        return _("No date that customers were told has slipped in a year.")
    return ngettext(
        "Of %(slipped)d date that slipped, %(moved)d was told before the old one passed.",
        "Of %(slipped)d dates that slipped, %(moved)d were told before the old one passed.",
        slipped,
    ) % {"slipped": slipped, "moved": slips.moved}


def ground_words(ground: Ground) -> str:
    """Return one reason of a priority: the figure, and from which figure on it counts."""
    return _("%(measure)s: %(figure)s (from %(least)s on: %(priority)s)") % {
        "measure": str(MEASURES[ground.measure]),
        "figure": number_format(ground.figure),
        "least": number_format(ground.counts_from),
        "priority": priority_words(ground.priority),
    }


def priority_shown(problem: Any) -> dict[str, Any]:
    """Return the priority of a problem and why it is so; no query but for who decided."""
    grounds = [ground_words(one) for one in kept_grounds(problem.priority_because)]
    said = _("People said: %(severity)s") % {"severity": priority_words(problem.severity)}
    return {
        "value": problem.priority,
        "code": PRIORITY_CODES[problem.priority],
        "label": priority_words(problem.priority),
        "is_by_hand": bool(problem.priority_reason),
        "decided_by": problem.priority_by.name if problem.priority_by else "",
        "reason": problem.priority_reason,
        "grounds": [*grounds, said],
    }


def work_words(span: timedelta) -> str:
    """Return work in hours: 9.8 h."""
    return _("%(hours)s h") % {"hours": number_format(span / HOUR, 1)}


def money_words(cost: DelayCost, weights: Weights) -> str:
    """Return what a week costs in money, or nothing where nobody counts it."""
    if cost.money is None:
        return ""
    return f"{number_format(cost.money, 0, force_grouping=True)} {weights.currency}"


def contacts_words(cost: DelayCost) -> str:
    """Return how many contacts another week brings, with the interval."""
    return _("%(count)s (%(least)s to %(most)s)") % {
        "count": number_format(cost.contacts),
        "least": number_format(cost.contacts_least),
        "most": number_format(cost.contacts_most),
    }


def weights_words(weights: Weights) -> str:
    """Return what is weighed how, as a sentence."""
    return _(
        "A contact is weighed with %(contact)s, a broken promise with %(broken)s, an upset "
        "customer with %(upset)s of work."
    ) % {
        "contact": hours_in_words(weights.contact),
        "broken": hours_in_words(weights.broken_promise),
        "upset": hours_in_words(weights.upset_customer),
    }


def verdict_filters(
    counts: Mapping[str, int], *, chosen: Verdict, address: str
) -> Sequence[dict[str, Any]]:
    """Return what a list of promises can be narrowed to."""
    return [
        {
            "label": str(label),
            "href": f"{address}?show={verdict.value}",
            "count": counts[verdict.value],
            "is_current": verdict is chosen,
        }
        for verdict, label in VERDICTS.items()
    ]
