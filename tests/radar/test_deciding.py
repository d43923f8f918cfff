"""What a lead does with suspected problems, and that all of it can be taken back."""

from itertools import pairwise
from typing import Any

import pytest

from customers.models import InstalledProduct
from problems.handing import accept_problem, route_problem
from problems.linking import LinkedElsewhere, confirm_link
from problems.models import CaseLink, Pattern, PatternCase, Radar
from problems.models.pattern import DismissReason, PatternState
from problems.pattern_decisions import (
    Description,
    ProblemInWork,
    accept_pattern,
    dismiss_pattern,
    link_pattern,
    take_back,
)
from problems.pattern_merging import merge_patterns, split_pattern
from problems.pattern_shaping import (
    CaseNotInPattern,
    NothingToSplit,
    PatternIsDecided,
    edit_pattern,
    exclude_case,
    include_case,
    snooze_pattern,
)
from problems.patterns_told import may_affect, pattern_for, proposed_patterns
from problems.radar import Looked, claim_look, finish_look, look_soon
from problems.suspecting import Cause, Suspicion, fade_patterns, grow, suspect
from tests.make import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_product,
    make_rule,
)
from tests.radar.suspected import make_pattern
from workflow.history.models import Entry
from workflow.outbox.models import OutboxEvent
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role

LATER = AT + 2 * HOUR
SYSTEM = Actor.system("test")


@pytest.fixture
def lead(tenant: Any) -> Actor:
    """A service lead."""
    return make_actor(Role.LEAD)


def described() -> Description:
    return Description(
        title="Taken twice",
        statement="Money is taken twice.",
        category="billing",
        product=make_product(),
    )


def confirmed() -> int:
    return CaseLink.objects.filter(kind="confirmed").count()


def test_ten_cases_of_one_customer_are_no_pattern(tenant: Any) -> None:
    contact = make_contact()
    cases = [make_case(contact=contact) for _ in range(10)]

    found = suspect(
        Suspicion(case_ids=[case.pk for case in cases], usual=0.1, cause=Cause(title="Twice")),
        radar=Radar(least_customers=2),
        at=LATER,
    )

    assert found is None
    assert not Pattern.objects.exists()


def test_cases_that_a_problem_explains_make_no_pattern(tenant: Any) -> None:
    cases = [make_case() for _ in range(4)]
    make_problem(cases=cases)

    found = suspect(
        Suspicion(case_ids=[case.pk for case in cases], usual=0.1, cause=Cause(title="Twice")),
        radar=Radar(least_customers=2),
        at=LATER,
    )

    assert found is None


def test_a_raised_pattern_is_told_once_and_names_no_customer_in_its_history(tenant: Any) -> None:
    pattern = make_pattern()

    entry = Entry.objects.get(subject_kind="pattern", subject_id=pattern.pk)
    assert entry.changes == {"cases": 4, "customers": 4}
    event = OutboxEvent.objects.get(kind="problems.pattern.raised")
    assert event.payload["pattern_id"] == pattern.pk


def test_the_rules_suggest_its_department_until_a_lead_does(tenant: Any, lead: Actor) -> None:
    payments, network = make_department("Payments"), make_department("Network")
    make_rule(payments, condition={"fact": "title", "contains": ["twice"]})
    pattern = make_pattern()
    assert pattern.department == payments

    edit_pattern(
        pattern_id=pattern.pk,
        title="Charged again",
        product=None,
        product_version="",
        department=network,
        actor=lead,
        at=LATER,
    )
    fresh = make_case(at=AT)
    grow(
        pattern_id=pattern.pk,
        case_ids=[fresh.pk],
        cause=Cause(title="Something else"),
        at=LATER,
    )

    pattern.refresh_from_db()
    assert (pattern.title, pattern.department) == ("Charged again", network)
    assert (pattern.found_title, pattern.cases) == ("Something else", 5)


def test_all_cases_go_to_a_known_problem_and_come_back(tenant: Any, lead: Actor) -> None:
    problem = make_problem()
    pattern = make_pattern()

    link_pattern(pattern_id=pattern.pk, problem_id=problem.pk, actor=lead, at=LATER)
    assert confirmed() == 5

    take_back(pattern_id=pattern.pk, actor=lead, at=LATER + HOUR)
    assert confirmed() == 1
    problem.refresh_from_db()
    assert problem.is_open


def test_a_link_that_was_there_before_survives_taking_back(tenant: Any, lead: Actor) -> None:
    problem, pattern = make_problem(), make_pattern()
    first = PatternCase.objects.earliest("id").case
    confirm_link(problem_id=problem.pk, case=first, actor=SYSTEM, at=LATER)

    link_pattern(pattern_id=pattern.pk, problem_id=problem.pk, actor=lead, at=LATER)
    take_back(pattern_id=pattern.pk, actor=lead, at=LATER + HOUR)

    assert CaseLink.objects.filter(case=first, kind="confirmed").exists()


def test_a_problem_that_a_department_works_on_is_not_taken_back(tenant: Any, lead: Actor) -> None:
    pattern = make_pattern()
    problem = accept_pattern(
        pattern_id=pattern.pk, described=described(), lead=None, actor=lead, at=LATER
    )
    payments = make_department("Payments")
    route_problem(
        problem_id=problem.pk, department=payments, because={}, actor=SYSTEM, at=LATER + HOUR
    )
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=LATER + 2 * HOUR)

    with pytest.raises(ProblemInWork):
        take_back(pattern_id=pattern.pk, actor=lead, at=LATER + 3 * HOUR)

    assert confirmed() == 4


def test_what_is_decided_is_not_decided_twice(tenant: Any, lead: Actor) -> None:
    pattern = make_pattern()
    dismiss_pattern(
        pattern_id=pattern.pk, reason=DismissReason.KNOWN, words="", actor=lead, at=LATER
    )

    with pytest.raises(PatternIsDecided):
        accept_pattern(
            pattern_id=pattern.pk, described=described(), lead=None, actor=lead, at=LATER
        )

    assert take_back(pattern_id=pattern.pk, actor=lead, at=LATER).state == PatternState.PROPOSED


def test_a_pattern_whose_cases_were_all_linked_is_refused(tenant: Any, lead: Actor) -> None:
    pattern, problem = make_pattern(), make_problem()
    for member in PatternCase.objects.select_related("case"):
        confirm_link(problem_id=problem.pk, case=member.case, actor=SYSTEM, at=LATER)

    with pytest.raises(LinkedElsewhere):
        accept_pattern(
            pattern_id=pattern.pk, described=described(), lead=None, actor=lead, at=LATER
        )


def test_a_dismissed_pattern_comes_back_only_when_twice_as_many_wrote(
    tenant: Any, lead: Actor
) -> None:
    pattern = make_pattern()
    dismiss_pattern(
        pattern_id=pattern.pk, reason=DismissReason.SEASONAL, words="", actor=lead, at=LATER
    )

    def again(count: int) -> Pattern | None:
        fresh = [make_case(at=LATER) for _ in range(count)]
        return suspect(
            Suspicion(
                case_ids=[case.pk for case in fresh],
                usual=0.5,
                cause=Cause(title="Twice"),
                again=pattern.pk,
            ),
            radar=Radar(least_customers=2),
            at=LATER + HOUR,
        )

    assert again(3) is None
    assert Pattern.objects.get().state == PatternState.DISMISSED
    assert again(1) == pattern
    assert (Pattern.objects.get().cases, Pattern.objects.get().seen_at) == (8, None)


def test_words_to_colleagues_are_not_for_readers(tenant: Any, lead: Actor) -> None:
    pattern = make_pattern()
    reason = DismissReason.SEASONAL
    dismiss_pattern(pattern_id=pattern.pk, reason=reason, words="Ana knows", actor=lead, at=LATER)

    assert pattern_for(lead, pattern.number).note == "Ana knows"
    assert pattern_for(make_actor(Role.READER), pattern.number).note == ""


def test_merging_is_taken_back_with_just_the_cases_that_came(tenant: Any, lead: Actor) -> None:
    first, second = make_pattern(), make_pattern(customers=3)
    merge_patterns(pattern_id=second.pk, into_id=first.pk, actor=lead, at=LATER)
    first.refresh_from_db()
    assert (first.cases, first.usual) == (7, 1.0)

    take_back(pattern_id=second.pk, actor=lead, at=LATER + HOUR)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.cases, second.cases) == (4, 3)
    assert second.is_proposed


def test_a_chain_of_merges_is_taken_back_one_by_one(tenant: Any, lead: Actor) -> None:
    chain = [make_pattern(customers=count) for count in (2, 3, 4)]
    for one, into in pairwise(chain):
        merge_patterns(pattern_id=one.pk, into_id=into.pk, actor=lead, at=LATER)
    with pytest.raises(PatternIsDecided):
        take_back(pattern_id=chain[0].pk, actor=lead, at=LATER)

    for one in (chain[1], chain[0]):
        take_back(pattern_id=one.pk, actor=lead, at=LATER + HOUR)

    assert [Pattern.objects.get(pk=one.pk).cases for one in chain] == [2, 3, 4]
    assert not PatternCase.objects.filter(origin__isnull=False).exists()


def test_a_split_outlives_a_merge_that_is_taken_back(tenant: Any, lead: Actor) -> None:
    pattern = make_pattern(customers=4)
    numbers = list(PatternCase.objects.values_list("case__number", flat=True))
    fresh = split_pattern(
        pattern_id=pattern.pk, case_numbers=numbers[:2], title="Other", actor=lead, at=LATER
    )
    merge_patterns(pattern_id=pattern.pk, into_id=fresh.pk, actor=lead, at=LATER)

    take_back(pattern_id=pattern.pk, actor=lead, at=LATER + HOUR)

    assert [Pattern.objects.get(pk=one.pk).cases for one in (pattern, fresh)] == [2, 2]


def test_a_split_needs_cases_on_both_sides(tenant: Any, lead: Actor) -> None:
    pattern = make_pattern()
    numbers = list(PatternCase.objects.values_list("case__number", flat=True))

    for chosen in ([], numbers, [999_999]):
        with pytest.raises(NothingToSplit):
            split_pattern(
                pattern_id=pattern.pk, case_numbers=chosen, title="Other", actor=lead, at=LATER
            )

    fresh = split_pattern(
        pattern_id=pattern.pk, case_numbers=numbers[:1], title="Other", actor=lead, at=LATER
    )
    assert (fresh.cases, fresh.usual) == (1, 0.125)


def test_a_case_that_was_taken_out_never_comes_back_by_itself(tenant: Any, lead: Actor) -> None:
    pattern = make_pattern()
    case = PatternCase.objects.earliest("id").case
    exclude_case(pattern_id=pattern.pk, case_number=case.number, actor=lead, at=LATER)

    assert grow(pattern_id=pattern.pk, case_ids=[case.pk], cause=None, at=LATER) == 0

    other = make_pattern(cases=[case, make_case()])
    with pytest.raises(CaseNotInPattern):
        include_case(pattern_id=pattern.pk, case_number=case.number, actor=lead, at=LATER)
    assert other.cases == 2


def test_what_is_put_off_is_shown_again_when_it_grows_by_half(tenant: Any, lead: Actor) -> None:
    pattern = make_pattern()
    snooze_pattern(pattern_id=pattern.pk, until=LATER + DAY, actor=lead, at=LATER)
    assert proposed_patterns(lead, at=LATER).patterns == []
    assert proposed_patterns(lead, at=LATER).snoozed == 1

    grow(pattern_id=pattern.pk, case_ids=[make_case().pk], cause=None, at=LATER)
    assert proposed_patterns(lead, at=LATER).patterns == []
    grow(pattern_id=pattern.pk, case_ids=[make_case().pk], cause=None, at=LATER)

    assert proposed_patterns(lead, at=LATER).patterns == [pattern]


def test_what_nobody_decided_fades_and_a_new_case_brings_it_back(tenant: Any) -> None:
    pattern = make_pattern()

    assert fade_patterns(at=AT + 13 * DAY) == 0
    assert fade_patterns(at=AT + 15 * DAY) == 1
    assert Pattern.objects.get().state == PatternState.FADED

    fresh = make_case(at=AT + 16 * DAY)
    grow(pattern_id=pattern.pk, case_ids=[fresh.pk], cause=None, at=AT + 16 * DAY)

    assert Pattern.objects.get().is_proposed


def test_an_agent_decides_nothing(tenant: Any) -> None:
    pattern, agent = make_pattern(), make_actor(Role.AGENT)

    with pytest.raises(NotPermitted):
        dismiss_pattern(
            pattern_id=pattern.pk, reason=DismissReason.KNOWN, words="", actor=agent, at=LATER
        )


def test_others_who_use_the_product_may_be_affected(tenant: Any) -> None:
    card = make_product()
    case = make_case()
    case.product = card
    case.save()
    quiet = make_case()
    quiet.product = card
    quiet.save()
    pattern = make_pattern(cases=[case, make_case()])
    pattern.product = card
    pattern.save()

    InstalledProduct.objects.create(contact=make_contact(), product=card, changed_at=AT)
    InstalledProduct.objects.create(contact=case.contact, product=card, changed_at=AT)

    # One asked about it, one has it and never wrote; who has written already is no other.
    assert may_affect(pattern, at=LATER).customers == 2


def test_one_look_at_a_time_and_a_look_that_died_is_taken_over(tenant: Any) -> None:
    assert look_soon(at=AT)
    assert not look_soon(at=AT), "one look is planned already"
    assert claim_look(at=AT) is None, "it is not due yet"

    soon = AT + 2 * MINUTE
    assert claim_look(at=soon) is not None
    assert claim_look(at=soon) is None, "somebody looks"
    assert claim_look(at=soon + 6 * MINUTE) is not None, "whoever looked has died"

    looked = Looked(cases=3, began_at=AT, has_vectors=True, raised=True, is_waiting=False)
    finish_look(looked=looked, at=soon + 7 * MINUTE)
    radar = Radar.objects.get()
    assert (radar.next_look_at, radar.looking_until) == (None, None)
    assert radar.last_raised_at == soon + 7 * MINUTE


def test_a_case_that_comes_during_a_look_is_looked_at_next(tenant: Any) -> None:
    look_soon(at=AT)
    claim_look(at=AT + 2 * MINUTE)

    look_soon(at=AT + 2 * MINUTE)
    looked = Looked(cases=3, began_at=AT, has_vectors=True, raised=False, is_waiting=True)
    finish_look(looked=looked, at=AT + 3 * MINUTE)

    assert Radar.objects.get().next_look_at == AT + 4 * MINUTE
