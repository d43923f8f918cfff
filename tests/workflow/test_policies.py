"""What is promised changes in versions: drafted, checked, published, never altered again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.make import AT, DAY, HOUR, make_user
from workflow.amending import BadSetting, NameTaken
from workflow.clocks.models import (
    Calendar,
    Ladder,
    Metric,
    PolicyVersion,
    Recurrence,
    ServiceLevel,
    VersionState,
)
from workflow.clocks.policies import (
    ChangedMeanwhile,
    DraftExists,
    HasErrors,
    NotADraft,
    change_draft,
    check_draft,
    discard_draft,
    publish_draft,
    start_draft,
)
from workflow.clocks.policy_content import Policy, Promise, policy_of
from workflow.clocks.policy_matching import LONGEST_CONDITION
from workflow.clocks.policy_surroundings import Evidence
from workflow.clocks.service_levels import (
    StillNeeded,
    add_service_level,
    make_default,
    move_service_level,
    retire_service_level,
)
from workflow.history.models import Entry
from workflow.lengths import bytes_of
from workflow.people.actors import Actor, NotPermitted, Source
from workflow.people.authentication import actor_for_user
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
pytestmark = pytest.mark.django_db


def standard() -> ServiceLevel:
    """Return the default service level."""
    return ServiceLevel.objects.select_related("version").get(is_default=True)


def draft_of(level: ServiceLevel, **changes: object) -> PolicyVersion:
    """Return a draft that says something else than what is published."""
    draft = start_draft(service_level_id=level.pk, actor=SYSTEM, at=AT)
    if not changes:
        return draft
    return change_draft(
        version_id=draft.pk,
        policy=replace(policy_of(draft), **changes),  # type: ignore[arg-type]
        actor=SYSTEM,
        at=AT,
    )


def promise(metric: Metric = Metric.RESOLUTION, priority: int = 1, **says: object) -> Promise:
    """Return a promise of four hours, or of what is said."""
    return Promise(metric=metric, priority=priority, **{"within": 4 * HOUR, **says})  # type: ignore[arg-type]


def codes(version: PolicyVersion, *, evidence: Evidence | None = None) -> set[str]:
    """Return the codes of what the checks find."""
    return {finding.code for finding in check_draft(version, at=AT, evidence=evidence)}


def published_policy(level: ServiceLevel) -> Policy:
    """Return what a service level promises today."""
    assert level.version is not None
    return policy_of(level.version)


def test_a_draft_begins_as_a_copy_and_changes_nothing(tenant: Tenant) -> None:
    level = standard()

    draft = draft_of(level, promises=(promise(),))

    assert (draft.number, draft.state) == (2, VersionState.DRAFT)
    assert standard().version_id == level.version_id
    assert policy_of(draft).promises == (promise(),)
    assert len(published_policy(level).promises) > 1


def test_there_is_one_draft_at_a_time(tenant: Tenant) -> None:
    draft_of(standard())

    with pytest.raises(DraftExists) as refusal:
        draft_of(standard())

    assert "There is a draft of Standard already." in str(refusal.value)


def test_publishing_retires_what_was_before(tenant: Tenant) -> None:
    before = standard().version
    draft = draft_of(standard(), promises=(promise(),))

    publish_draft(version_id=draft.pk, actor=SYSTEM, at=AT + HOUR)

    assert before is not None
    before.refresh_from_db()
    assert (before.state, before.retired_at) == (VersionState.RETIRED, AT + HOUR)
    assert standard().version_id == draft.pk
    assert PolicyVersion.objects.get(pk=draft.pk).published_at == AT + HOUR


def test_what_was_published_is_never_changed(tenant: Tenant) -> None:
    published = standard().version
    assert published is not None

    with pytest.raises(NotADraft):
        change_draft(version_id=published.pk, policy=policy_of(published), actor=SYSTEM, at=AT)
    with pytest.raises(NotADraft):
        discard_draft(version_id=published.pk, actor=SYSTEM, at=AT)


def test_a_draft_that_somebody_else_changed_is_not_written_over(tenant: Tenant) -> None:
    draft = draft_of(standard())
    read = policy_of(draft).fingerprint
    mine = replace(policy_of(draft), note="mine")
    change_draft(version_id=draft.pk, policy=replace(mine, note="hers"), actor=SYSTEM, at=AT)

    with pytest.raises(ChangedMeanwhile):
        change_draft(version_id=draft.pk, policy=mine, actor=SYSTEM, at=AT, expected=read)
    with pytest.raises(ChangedMeanwhile):
        publish_draft(version_id=draft.pk, actor=SYSTEM, at=AT, expected=read)

    assert PolicyVersion.objects.get(pk=draft.pk).note == "hers"


def test_a_discarded_draft_leaves_what_is_published(tenant: Tenant) -> None:
    before = published_policy(standard())
    draft = draft_of(standard(), promises=())

    discard_draft(version_id=draft.pk, actor=SYSTEM, at=AT)

    assert not PolicyVersion.objects.filter(pk=draft.pk).exists()
    assert published_policy(standard()) == before


def test_history_holds_old_and_new_targets(tenant: Tenant) -> None:
    level = standard()
    ladder = Ladder.objects.get()
    old = published_policy(level)
    changed = replace(
        old.by_key[Metric.RESOLUTION, 1],
        within=4 * HOUR,
        ladder_id=ladder.pk,
        recurrence=Recurrence.NONE,
    )
    others = tuple(one for one in old.promises if one.key != changed.key)
    draft = draft_of(level, promises=(*others, changed))

    publish_draft(version_id=draft.pk, actor=SYSTEM, at=AT)

    changes = Entry.objects.latest("id").changes
    assert (changes["version_was"], changes["version"]) == (1, 2)
    assert (changes["resolution_1_minutes_was"], changes["resolution_1_minutes"]) == (480, 240)
    assert changes["resolution_1_ladder"] == ladder.pk


def test_only_who_configures_may_draft(tenant: Tenant) -> None:
    agent = actor_for_user(make_user(Role.AGENT), source=Source.AGENT)

    with pytest.raises(NotPermitted):
        start_draft(service_level_id=standard().pk, actor=agent, at=AT)


# ---- checks ----------------------------------------------------------------------------------


def test_a_sound_draft_has_no_error(tenant: Tenant) -> None:
    draft = draft_of(standard())

    errors = [one for one in check_draft(draft, at=AT) if one.is_error]

    assert errors == []


MANY = {"fact": "state", "in": ["x" * 990] * (LONGEST_CONDITION // 990)}
TOO_LONG: dict[str, object] = {"any": [MANY, MANY]}


@pytest.mark.parametrize(
    ("promised", "code"),
    [
        (promise(within=timedelta()), "target_of_zero"),
        (promise(within=timedelta(), within_days=0), "target_of_zero"),
        (promise(within=366 * DAY), "target_too_long"),
        (promise(within=timedelta(), within_days=400), "target_too_long"),
        (promise(within=300 * DAY), "never_due"),
        (promise(conditions={"pause": {"fact": "state"}}), "bad_condition"),
        (promise(conditions={"pause": {"fact": "weather", "is": "bad"}}), "unknown_fact"),
        (promise(conditions={"pause": {"fact": "state", "is": "asleep"}}), "never_matches"),
        (promise(conditions={"snooze": {"all": []}}), "unknown_part"),
        (promise(conditions={"pause": TOO_LONG}), "long_condition"),
    ],
)
def test_an_error_keeps_a_draft_from_being_published(
    tenant: Tenant, promised: Promise, code: str
) -> None:
    draft = draft_of(standard(), promises=(promised,))

    assert code in codes(draft)
    with pytest.raises(HasErrors):
        publish_draft(version_id=draft.pk, actor=SYSTEM, at=AT)
    assert standard().version_id != draft.pk


def test_hours_that_never_open_block(tenant: Tenant) -> None:
    calendar = Calendar.objects.create(name="Never", timezone="UTC", hours={})
    draft = draft_of(standard(), calendar_id=calendar.pk)

    findings = check_draft(draft, at=AT)

    assert "“Never” never opens within two years" in findings[0].sentence
    assert findings[0].is_error


@pytest.mark.parametrize(
    ("promises", "code"),
    [
        ((), "promises_nothing"),
        ((promise(priority=2),), "priority_without_target"),
        (
            (promise(within=HOUR), promise(Metric.FIRST_RESPONSE, within=2 * HOUR)),
            "resolved_before_answered",
        ),
        ((promise(within=9 * HOUR), promise(priority=2)), "urgent_is_slower"),
        ((promise(recurrence=Recurrence.SEQUENTIAL),), "repeats_for_nothing"),
        ((promise(),), "no_holidays"),
    ],
)
def test_a_warning_tells_and_does_not_block(
    tenant: Tenant, promises: tuple[Promise, ...], code: str
) -> None:
    draft = draft_of(standard(), promises=promises)

    assert code in codes(draft)
    publish_draft(version_id=draft.pk, actor=SYSTEM, at=AT)
    assert standard().version_id == draft.pk


def test_a_ladder_that_wakes_nobody_is_told(tenant: Tenant) -> None:
    empty = Ladder.objects.create(name="Quiet")
    draft = draft_of(standard(), promises=(promise(ladder_id=empty.pk), promise(priority=2)))

    found = codes(draft)
    make_user(Role.HEAD)
    make_user(Role.LEAD)

    assert {"ladder_without_steps", "ladder_without_receivers"} <= found
    assert "ladder_without_receivers" not in codes(draft)


def test_conditions_that_match_nothing_or_come_too_late_are_told(tenant: Tenant) -> None:
    phone = {"fact": "channel", "is": "phone"}
    first = add_service_level(name="Phone", actor=SYSTEM, at=AT)
    publish_draft(
        version_id=draft_of(first, applies_when=phone, promises=(promise(),)).pk,
        actor=SYSTEM,
        at=AT,
    )
    second = add_service_level(name="Loud phone", actor=SYSTEM, at=AT)
    urgent_phone = {"all": [phone, {"fact": "priority", "is": 1}]}
    draft = draft_of(second, applies_when=urgent_phone)
    calls = Evidence(cases=[{"channel": "phone", "priority": 1}], entitled=0)
    mails = Evidence(cases=[{"channel": "mail", "priority": 1}], entitled=0)

    assert "shadowed" in codes(draft, evidence=calls)
    assert "matches_nothing" in codes(draft, evidence=mails)
    move_service_level(service_level_id=second.pk, by=-1, actor=SYSTEM, at=AT)
    draft = PolicyVersion.objects.select_related("service_level").get(pk=draft.pk)
    assert "shadowed" not in codes(draft, evidence=calls)


def test_two_statements_that_contradict_each_other_never_match(tenant: Tenant) -> None:
    level = add_service_level(name="Odd", actor=SYSTEM, at=AT)
    draft = draft_of(
        level,
        applies_when={
            "all": [{"fact": "priority", "at_least": 3}, {"fact": "priority", "at_most": 2}]
        },
    )

    assert "never_matches" in codes(draft)


def test_a_root_cause_is_promised_by_the_default_alone(tenant: Tenant) -> None:
    level = add_service_level(name="Gold", actor=SYSTEM, at=AT)
    root_cause = promise(Metric.ROOT_CAUSE)

    assert "not_here" in codes(draft_of(level, promises=(root_cause,)))
    assert "not_here" not in codes(draft_of(standard(), promises=(root_cause,)))


@pytest.mark.parametrize(
    "policy",
    [
        Policy(calendar_id=999_999),
        Policy(calendar_id=0, promises=(promise(), promise())),
        Policy(calendar_id=0, promises=(promise(Metric.STAGE),)),
        Policy(calendar_id=0, promises=(promise(ladder_id=999_999),)),
        Policy(calendar_id=0, note="x" * 201),
    ],
)
def test_what_cannot_be_stored_is_refused(tenant: Tenant, policy: Policy) -> None:
    draft = draft_of(standard())
    calendar = policy.calendar_id or Calendar.objects.get().pk

    with pytest.raises(BadSetting):
        change_draft(
            version_id=draft.pk, policy=replace(policy, calendar_id=calendar), actor=SYSTEM, at=AT
        )


# ---- service levels --------------------------------------------------------------------------


def test_service_levels_stand_in_an_order(tenant: Tenant) -> None:
    gold = add_service_level(name="Gold", actor=SYSTEM, at=AT)
    silver = add_service_level(name="Silver", actor=SYSTEM, at=AT)

    move_service_level(service_level_id=silver.pk, by=-1, actor=SYSTEM, at=AT)
    move_service_level(service_level_id=silver.pk, by=-1, actor=SYSTEM, at=AT)

    others = ServiceLevel.objects.filter(is_default=False).order_by("position")
    assert [one.pk for one in others] == [silver.pk, gold.pk]
    with pytest.raises(NameTaken):
        add_service_level(name="gold", actor=SYSTEM, at=AT)


def test_another_one_can_serve_everybody_else(tenant: Tenant) -> None:
    gold = add_service_level(name="Gold", actor=SYSTEM, at=AT)
    with pytest.raises(StillNeeded):
        make_default(service_level_id=gold.pk, actor=SYSTEM, at=AT)
    publish_draft(version_id=draft_of(gold).pk, actor=SYSTEM, at=AT)

    make_default(service_level_id=gold.pk, actor=SYSTEM, at=AT)

    assert standard().pk == gold.pk


def test_a_service_level_that_is_needed_cannot_be_retired(tenant: Tenant) -> None:
    gold = add_service_level(name="Gold", actor=SYSTEM, at=AT)
    publish_draft(version_id=draft_of(gold).pk, actor=SYSTEM, at=AT)

    with pytest.raises(StillNeeded):
        retire_service_level(service_level_id=standard().pk, entitled=0, actor=SYSTEM, at=AT)
    with pytest.raises(StillNeeded):
        retire_service_level(service_level_id=gold.pk, entitled=2, actor=SYSTEM, at=AT)
    retired = retire_service_level(service_level_id=gold.pk, entitled=0, actor=SYSTEM, at=AT)

    assert retired.version_id is None
    assert draft_of(gold).number == 2


def test_a_condition_within_the_limit_is_read_and_one_byte_more_says_both_sizes(
    tenant: Tenant,
) -> None:
    rest = LONGEST_CONDITION - bytes_of({"fact": "tier", "in": ["x" * 990] * 19 + [""]})
    for more, is_too_long in ((0, False), (1, True)):
        tree = {
            "fact": "tier",
            "in": ["x" * 990] * 19 + ["ø" * (rest // 2) + "x" * (rest % 2 + more)],
        }
        assert bytes_of(tree) == LONGEST_CONDITION + more
        level = add_service_level(name=f"Gold {more}", actor=SYSTEM, at=AT)
        draft = draft_of(level, applies_when=tree)

        said = [one.sentence for one in check_draft(draft, at=AT) if one.code == "long_condition"]

        sentence = "Applies to: this condition is 20001 bytes long; 20000 are allowed."
        assert said == ([sentence] if is_too_long else [])
