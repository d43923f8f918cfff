"""What a tenant says of all problems: news by when, who is woken, which impact counts how much."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from problems.models import ProblemPolicy
from problems.urgency import MEASURES, RAISED_TO, USUAL_THRESHOLDS, Thresholds
from workflow.amending import remember
from workflow.clocks.models import Ladder
from workflow.history.recording import ChangeValue
from workflow.lengths import one_line
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MOST = 1_000_000
LONGEST_TEXT = 200
SHORTEST_NEWS, LONGEST_NEWS = timedelta(minutes=15), timedelta(hours=400)
LONGEST_WORK = timedelta(hours=40)
MOST_COSTS = 10_000


class BadProblemPolicy(Refusal):
    """Problems cannot be followed like this."""

    code = "bad_problem_policy"
    status = 422

    def __init__(self, sentence: str, *, next_step: str, field: str) -> None:
        super().__init__(sentence, next_step=next_step)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a tenant wants; see `ProblemPolicy` for what each means."""

    news_within: timedelta | None
    news_text: str
    ladder_id: int | None
    follows_impact: bool
    thresholds: Thresholds
    work_per_contact: timedelta
    work_per_broken_promise: timedelta
    work_per_upset_customer: timedelta
    cost_per_hour: int | None
    currency: str


def policy_of_tenant() -> ProblemPolicy:
    """Return what the tenant says of problems, or what is so as delivered (unsaved); one query."""
    return ProblemPolicy.objects.first() or ProblemPolicy()


def thresholds_of(policy: ProblemPolicy) -> Thresholds:
    """Return from which figures on which priority holds."""
    return policy.thresholds or USUAL_THRESHOLDS


def locked_policy() -> ProblemPolicy:
    """Return the tenant's policy, made if it is not there, locked; two queries."""
    ProblemPolicy.objects.bulk_create([ProblemPolicy()], ignore_conflicts=True)
    return ProblemPolicy.objects.select_for_update().get()


@transaction.atomic
def set_problem_policy(*, wishes: Wishes, actor: Actor, at: datetime) -> ProblemPolicy:
    """Say how problems are followed; what runs keeps its times, priorities follow within the hour.

    Raises:
        NotPermitted: the actor does not configure.
        BadProblemPolicy: a figure or a text does not fit, or there is no such ladder.
    """
    actor.require(Permission.CONFIGURE)
    refuse_bad(wishes)
    policy = locked_policy()
    before = facts_of(policy)
    for name in Wishes.__dataclass_fields__:
        setattr(policy, name, getattr(wishes, name))
    policy.news_text = one_line(wishes.news_text, longest=LONGEST_TEXT)
    policy.currency = wishes.currency.strip().upper()
    policy.thresholds = {one: dict(levels) for one, levels in wishes.thresholds.items()}
    policy.save()
    after = facts_of(policy)
    changes: dict[str, ChangeValue] = {"what": "problems"}
    changes |= {name: value for name, value in after.items() if before[name] != value}
    remember(policy, actor=actor, at=at, changes=changes)
    return policy


def facts_of(policy: ProblemPolicy) -> dict[str, ChangeValue]:
    """Return what the history keeps of a policy: codes and figures, no words."""
    levels = thresholds_of(policy)
    return {
        "news_seconds": seconds(policy.news_within),
        "ladder": policy.ladder_id,
        "follows_impact": policy.follows_impact,
        "contact_seconds": seconds(policy.work_per_contact),
        "broken_seconds": seconds(policy.work_per_broken_promise),
        "upset_seconds": seconds(policy.work_per_upset_customer),
        "cost_per_hour": policy.cost_per_hour,
        **{
            f"{one}_{level}": levels.get(one, {}).get(level)
            for one in MEASURES
            for level in RAISED_TO
        },
    }


def seconds(span: timedelta | None) -> int | None:
    """Return a span in whole seconds."""
    return None if span is None else span // timedelta(seconds=1)


def refuse_bad(wishes: Wishes) -> None:
    """Refuse what nobody could go by.

    Raises:
        BadProblemPolicy: the first thing that does not fit, with its field.
    """
    within = wishes.news_within
    if within is not None and not SHORTEST_NEWS <= within <= LONGEST_NEWS:
        raise BadProblemPolicy(
            _("News come between a quarter of an hour and 400 opening hours later."),
            next_step=_("Write hours, like 16, or nothing."),
            field="news_within",
        )
    if wishes.ladder_id is not None and not Ladder.objects.filter(pk=wishes.ladder_id).exists():
        raise BadProblemPolicy(
            _("There is no such ladder."), next_step=_("Load the page again."), field="ladder"
        )
    refuse_bad_thresholds(wishes.thresholds)
    refuse_bad_weights(wishes)


def refuse_bad_thresholds(thresholds: Thresholds) -> None:
    """Refuse figures that are no figures, and those that would make less impact more urgent."""
    if not set(thresholds) <= set(MEASURES):
        raise BadProblemPolicy(
            _("There is no such figure to follow."),
            next_step=_("Use one of: %(known)s.") % {"known": ", ".join(MEASURES)},
            field="thresholds",
        )
    for measure, levels in thresholds.items():
        figures = [levels[one] for one in RAISED_TO if one in levels]
        fits = set(levels) <= set(RAISED_TO) and all(0 < one <= MOST for one in figures)
        if not fits or sorted(set(figures), reverse=True) != figures:
            raise BadProblemPolicy(
                _("A higher priority needs a larger figure than a lower one."),
                next_step=_("Write whole numbers that fall from urgent to normal, or nothing."),
                field=measure,
            )


def refuse_bad_weights(wishes: Wishes) -> None:
    """Refuse spans and costs beyond anything that work takes."""
    nothing = timedelta()
    for name in ("work_per_contact", "work_per_broken_promise", "work_per_upset_customer"):
        if not nothing <= getattr(wishes, name) <= LONGEST_WORK:
            raise BadProblemPolicy(
                _("Work takes between nothing and 40 hours."),
                next_step=_("Write it in minutes, like 12."),
                field=name,
            )
    cost = wishes.cost_per_hour
    if cost is not None and not 0 < cost <= MOST_COSTS:
        raise BadProblemPolicy(
            _("An hour costs between 1 and 10,000."),
            next_step=_("Write a whole number, or nothing."),
            field="cost_per_hour",
        )
    currency = wishes.currency.strip()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise BadProblemPolicy(
            _("A currency is three letters."), next_step=_("Write it like EUR."), field="currency"
        )
    if (cost is None) != (not currency):
        raise BadProblemPolicy(
            _("What an hour costs needs its currency, and a currency what an hour costs."),
            next_step=_("Write both, or neither."),
            field="currency",
        )
