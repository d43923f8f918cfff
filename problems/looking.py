"""Look for patterns in a tenant's cases, and try settings on its past; loads numpy.

Only the matcher, tasks of the bulk queue, commands and tests import it: web processes never do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min

from cases.models import Case
from problems.arrivals import arrivals_since, standing_patterns
from problems.common_cause import cause_with, common_cause
from problems.models import CaseLink, Pattern, Radar, RadarTrial
from problems.models.link import LinkKind
from problems.models.pattern import PatternState
from problems.models.radar import Sensitivity as Setting
from problems.patterns.arriving import UNMATCHED_BELOW, Arrival
from problems.patterns.backtesting import backtest
from problems.patterns.spotting import Sensitivity
from problems.patterns.surveying import Survey, survey
from problems.radar import Looked, claim_look, finish_look
from problems.suspecting import Suspicion, fade_patterns, grow, suspect
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope

PAST = timedelta(weeks=8)
FIRST_LOOK = timedelta(days=14)
# What the model read late is looked at once more: a pattern is not raised twice.
OVERLAP = timedelta(minutes=15)
MOST_OBSERVED = 3_000
GROUPED_EACH = timedelta(hours=1)
LASTING_CUSTOMERS = 12
EVIDENCE = {Setting.CAREFUL: 14.0, Setting.BALANCED: 10.5, Setting.EAGER: 8.0}
"""How much likelier than chance a burst must be (natural logarithm), by sensitivity."""


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """What came of a look: ids of patterns that were raised, and of those that grew."""

    raised: tuple[int, ...] = ()
    grown: tuple[int, ...] = ()


def look(*, at: datetime) -> LookedAt | None:
    """Look at the tenant's cases and keep what was found; None if no look is due.

    Runs outside a transaction: what is computed takes seconds, and each pattern is a change of its
    own. A dozen queries, and about twenty for each pattern that is raised or grows.
    """
    radar = claim_look(at=at)
    if radar is None:
        return None
    arrivals = arrivals_since(at - PAST)
    found = surveyed(
        arrivals, radar=radar, since=first_to_observe(arrivals, radar=radar, at=at), at=at
    )
    looked = keep(found, radar=radar, at=at)
    fade_patterns(at=at)
    finish_look(
        looked=Looked(
            cases=unmatched_lately(arrivals, at=at),
            began_at=None if found.is_learning else began_at(),
            has_vectors=bool(arrivals) or not Case.objects.exists(),
            raised=bool(looked.raised),
            is_waiting=Pattern.objects.filter(state=PatternState.PROPOSED).exists(),
        ),
        at=at,
    )
    return looked


def unmatched_lately(arrivals: Sequence[Arrival], *, at: datetime) -> int:
    """Return how many cases of the last two weeks no known problem explains."""
    return sum(1 for one in arrivals if one.at >= at - FIRST_LOOK and one.known < UNMATCHED_BELOW)


def began_at() -> datetime | None:
    """Return when the tenant's first case was opened; one query."""
    earliest: datetime | None = Case.objects.aggregate(first=Min("opened_at"))["first"]
    return earliest


def first_to_observe(arrivals: Sequence[Arrival], *, radar: Radar, at: datetime) -> datetime:
    """Return from when on cases are observed one by one; those before are the past."""
    since = radar.looked_at - OVERLAP if radar.looked_at is not None else at - FIRST_LOOK
    if len(arrivals) > MOST_OBSERVED:
        since = max(since, arrivals[-MOST_OBSERVED].at)
    return since


def surveyed(arrivals: Sequence[Arrival], *, radar: Radar, since: datetime, at: datetime) -> Survey:
    """Return what is new in the cases that came since then; two queries.

    What lasts is grouped at most once an hour: it takes seconds and changes slowly.
    """
    groups = radar.looked_at is None or at - radar.looked_at >= GROUPED_EACH
    return survey(
        arrivals,
        since=since,
        zone=zone_of_tenant(),
        sensitivity=sensitivity_of(radar.sensitivity, least_customers=radar.least_customers),
        standing=standing_patterns(arrivals),
        lasting_customers=max(LASTING_CUSTOMERS, radar.least_customers) if groups else 0,
    )


def zone_of_tenant() -> ZoneInfo:
    """Return the tenant's zone; one query."""
    return ZoneInfo(Tenant.objects.get(pk=tenant_of_the_scope()).timezone)


def sensitivity_of(setting: str, *, least_customers: int) -> Sensitivity:
    """Return the numbers behind a sensitivity's name."""
    return Sensitivity(evidence=EVIDENCE[Setting(setting)], customers=least_customers)


def keep(found: Survey, *, radar: Radar, at: datetime) -> LookedAt:
    """Let what was found wait for a lead; each pattern is a change of its own.

    What nothing names is likeness without a matter, and is not proposed.
    """
    raised: list[int] = []
    grown: list[int] = []
    for one in found.found:
        cause = common_cause(one.case_ids)
        if cause is None:
            continue
        again = int(str(one.again)) if one.again is not None else None
        suspicion = Suspicion(case_ids=one.case_ids, usual=one.usual, cause=cause, again=again)
        pattern = suspect(suspicion, radar=radar, at=at)
        if pattern is not None:
            raised.append(pattern.pk)
    for key, case_ids in found.grown.items():
        pattern_id = int(str(key))
        cause = cause_with(pattern_id, case_ids)
        if grow(pattern_id=pattern_id, case_ids=case_ids, cause=cause, at=at):
            grown.append(pattern_id)
    return LookedAt(raised=tuple(raised), grown=tuple(grown))


# ---- trials ----------------------------------------------------------------------------------


def try_settings(trial_id: int, *, at: datetime) -> RadarTrial:
    """Find out what each sensitivity would have raised in the days of a trial, and keep it.

    Of many cases the newest 3,000 are tried. A second time changes nothing. Five queries, and
    seconds of computing: outside a transaction.
    """
    trial = RadarTrial.objects.get(pk=trial_id)
    if trial.done_at is not None:
        return trial
    arrivals = arrivals_since(trial.asked_at - timedelta(days=trial.days) - PAST)
    since = trial.asked_at - timedelta(days=trial.days)
    if len(arrivals) > MOST_OBSERVED:
        since = max(since, arrivals[-MOST_OBSERVED].at)
    became = problems_of(arrivals)
    zone = zone_of_tenant()
    results = [
        tried(
            arrivals,
            setting=setting,
            least=trial.least_customers,
            since=since,
            zone=zone,
            became=became,
        )
        for setting in Setting
    ]
    return keep_trial(
        trial_id,
        results=results,
        cases=sum(1 for arrival in arrivals if arrival.at >= since),
        at=at,
    )


def tried(
    arrivals: Sequence[Arrival],
    *,
    setting: Setting,
    least: int,
    since: datetime,
    zone: ZoneInfo,
    became: dict[int, int],
) -> dict[str, Any]:
    """Return the line of one sensitivity."""
    told = backtest(
        arrivals,
        since=since,
        zone=zone,
        sensitivity=sensitivity_of(setting, least_customers=least),
        became=became,
    )
    return {
        "sensitivity": setting.value,
        "alerts": len(told.alerts),
        "true": told.true_alerts,
        "problems": told.problems,
        "found": told.found_problems,
        "after_cases": told.after_cases,
        "judged": told.judged,
    }


def problems_of(arrivals: Sequence[Arrival]) -> dict[int, int]:
    """Return which problem each case turned out to have, as people confirmed; one query."""
    if not arrivals:
        return {}
    links = CaseLink.objects.filter(
        kind=LinkKind.CONFIRMED, case__opened_at__gte=arrivals[0].at
    ).values_list("case_id", "problem_id")
    return dict(links)


@transaction.atomic
def keep_trial(
    trial_id: int, *, results: list[dict[str, Any]], cases: int, at: datetime
) -> RadarTrial:
    """Keep what a trial told; two queries."""
    trial = RadarTrial.objects.select_for_update().get(pk=trial_id)
    trial.results, trial.cases, trial.done_at = results, cases, at
    trial.save()
    return trial
