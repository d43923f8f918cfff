"""A look at the cases of a tenant raises what began, lets it grow, and lets it rest."""

from datetime import timedelta
from typing import Any

from problems.looking import look, try_settings
from problems.models import Pattern, PatternCase, Radar
from problems.models.pattern import DismissReason, PatternState
from problems.pattern_decisions import dismiss_pattern
from problems.radar import ask_trial, look_soon
from tests.make import AT, DAY, HOUR, MINUTE, make_actor, make_contact, make_problem
from tests.radar.planting import plant, plant_past
from workflow.people.permissions import Role

TOPIC = "direct debit taken twice"
NOW = AT + 20 * DAY
LATER = NOW + 3 * HOUR


def test_an_outbreak_is_raised_grows_stays_dismissed_and_comes_back_when_it_has_grown(
    tenant: Any,
) -> None:
    plant_past(cases=720, until=NOW, each=timedelta(minutes=110))
    look_soon(at=NOW - HOUR)
    assert look(at=NOW) is not None
    assert not Pattern.objects.exists(), "the usual mix of topics is no pattern"

    plague = make_contact("angry@example.org")
    for minute in range(12):
        plant("my parcel has not come", at=NOW + minute * MINUTE, contact=plague)
    burst = [plant(TOPIC, at=NOW + minute * 10 * MINUTE) for minute in range(8)]
    raised = look_at(LATER)
    pattern = Pattern.objects.get()
    assert raised == (pattern.pk,)
    members = set(PatternCase.objects.values_list("case_id", flat=True))
    assert members <= {case.pk for case in burst}, "one sender is no outbreak"
    assert pattern.customers >= 4
    assert pattern.cases == pattern.customers
    assert "twice" in pattern.title.lower() or "debit" in pattern.title.lower()
    assert pattern.growth > 3

    for number in range(2):
        plant(TOPIC, at=LATER + number * MINUTE)
    assert look_at(LATER + HOUR) == ()
    pattern.refresh_from_db()
    before = pattern.customers
    assert before > len(members)

    lead = make_actor(Role.LEAD)
    dismiss_pattern(
        pattern_id=pattern.pk,
        reason=DismissReason.SEASONAL,
        words="",
        actor=lead,
        at=LATER + HOUR,
    )
    for number in range(4):
        plant(TOPIC, at=LATER + 2 * HOUR + number * MINUTE)
    assert look_at(LATER + 3 * HOUR) == ()
    assert Pattern.objects.get().state == PatternState.DISMISSED

    for number in range(2 * before):
        plant(TOPIC, at=LATER + 4 * HOUR + number * MINUTE)
    assert look_at(LATER + 6 * HOUR) == (pattern.pk,)
    assert Pattern.objects.get().state == PatternState.PROPOSED

    make_problem(cases=[member.case for member in PatternCase.objects.all()])
    asked = ask_trial(least_customers=4, actor=make_actor(Role.ADMIN), at=LATER + DAY)
    trial = try_settings(asked.pk, at=LATER + DAY)
    told = {line["sensitivity"]: line for line in trial.results}
    assert told["eager"]["alerts"] >= told["balanced"]["alerts"] >= told["careful"]["alerts"]
    assert told["balanced"]["true"] >= 1
    assert told["balanced"]["found"] == told["balanced"]["problems"] == 1
    assert told["balanced"]["after_cases"] <= 6
    assert try_settings(asked.pk, at=LATER + 2 * DAY).done_at == LATER + DAY


def look_at(at: Any) -> tuple[int, ...]:
    """Let a look be due, look, and return what it raised."""
    look_soon(at=at - HOUR)
    looked = look(at=at)
    assert looked is not None
    assert Radar.objects.get().looked_at == at
    return looked.raised
