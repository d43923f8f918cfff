"""Service levels as YAML: the round trip is exact, what is wrong is told by line."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from tests.make import AT, HOUR
from workflow.clocks.models import (
    Calendar,
    Ladder,
    Metric,
    PolicyVersion,
    Recurrence,
    ServiceLevel,
    VersionState,
)
from workflow.clocks.policies import DraftExists, change_draft, publish_draft, start_draft
from workflow.clocks.policy_content import METRICS, Policy, Promise, in_order, policy_of
from workflow.clocks.policy_files import (
    Names,
    import_drafts,
    names_here,
    read_file,
    written_policy,
    written_versions,
)
from workflow.clocks.spans import NotASpan, span_in, span_written
from workflow.clocks.yaml_nodes import LONGEST_FILE, BadFile
from workflow.exact_yaml import as_yaml
from workflow.people.actors import Actor
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
NAMES = Names(calendars={"Office hours": 1, "yes": 2}, ladders={"Standard": 1, "7": 2})

conditions = some.recursive(
    some.builds(
        lambda fact, value: {"fact": fact, "is": value},
        some.sampled_from(["state", "channel", "category"]),
        some.one_of(some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
                    some.integers(-5, 5), some.booleans()),
    ),
    lambda parts: some.one_of(
        some.lists(parts, max_size=3).map(lambda found: {"all": found}),
        parts.map(lambda found: {"not": found}),
    ),
    max_leaves=4,
)  # fmt: skip
promises = some.builds(
    lambda metric, priority, within, days, recurrence, tree, calendar, ladder: Promise(
        metric=metric,
        priority=priority,
        within=timedelta() if days is not None else within,
        within_days=days,
        recurrence=recurrence,
        conditions=tree,
        calendar_id=calendar,
        ladder_id=ladder,
    ),
    some.sampled_from(METRICS),
    some.integers(1, 4),
    some.timedeltas(timedelta(), timedelta(days=365)),
    some.none() | some.integers(1, 260),
    some.sampled_from(list(Recurrence)),
    some.dictionaries(some.sampled_from(["pause", "stop"]), conditions, max_size=2),
    some.none() | some.sampled_from([1, 2]),
    some.none() | some.sampled_from([1, 2]),
)
policies = some.builds(
    lambda calendar, found, tree, note: Policy(
        calendar_id=calendar,
        promises=in_order({one.key: one for one in found}.values()),
        applies_when=tree,
        note=note,
    ),
    some.sampled_from([1, 2]),
    some.lists(promises, max_size=6),
    some.just({}) | conditions,
    some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
)


def file_of(policy: Policy, *, name: str = "Gold") -> bytes:
    """Return a file that says one service level."""
    level = {"name": name, **written_policy(policy, names=NAMES)}
    return as_yaml({"format": 1, "service_levels": [level]}).encode()


@settings(max_examples=60, deadline=None)
@given(policies)
@example(Policy(calendar_id=1, promises=(), applies_when={}, note="a\x85b\u2028c"))
def test_what_is_written_is_read_back_exactly(policy: Policy) -> None:
    (read,) = read_file(file_of(policy), names=NAMES)

    assert read.policy.fingerprint == policy.fingerprint


@given(some.timedeltas(timedelta(), timedelta(days=4000)))
def test_a_span_is_read_back_to_the_microsecond(span: timedelta) -> None:
    assert span_in(span_written(span, None)) == (span, None)


@pytest.mark.parametrize(
    ("text", "within", "days"),
    [
        ("1 h", HOUR, None),
        ("1h 30min", 1.5 * HOUR, None),
        ("1.5", 1.5 * HOUR, None),
        ("0,5 h", HOUR / 2, None),
        ("90 minutes", 1.5 * HOUR, None),
        ("20 s", timedelta(seconds=20), None),
        ("2 days", timedelta(), 2),
        ("1 working day", timedelta(), 1),
    ],
)
def test_spans_are_read_as_people_write_them(
    text: str, within: timedelta, days: int | None
) -> None:
    assert span_in(text) == (within, days)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "-1 h", "1 h and a bit", "1 x", "9" * 30, "1e5", "\N{FULLWIDTH DIGIT ONE}x"],
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(NotASpan):
        span_in(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty."),
        ("service_levels: [\n", "Line 2: this is not YAML."),
        ("format: 2\nservice_levels: []\n", "Line 1: only format 1 is read."),
        ("a: &x 1\nb: *x\n", "Line 1: names for parts (&, *) are not read."),
        ("levels: []\n", "Line 1: nothing is called “levels” here."),
        ("service_levels:\n- name: A\n", "Line 2: “opening_hours” are needed."),
        (
            "service_levels:\n- name: A\n  opening_hours: Night\n",
            "Line 3: there is no “Night”. There are: Office hours, yes.",
        ),
        (
            (
                "service_levels:\n- name: A\n  opening_hours: Office hours\n  promises:\n"
                "    first_respons: {}\n"
            ),
            "Line 5: nothing is called “first_respons” here.",
        ),
        (
            (
                "service_levels:\n- name: A\n  opening_hours: Office hours\n  promises:\n"
                "    resolution:\n      urgent: soon\n"
            ),
            "Line 6: “soon” is not a length of time.",
        ),
        (
            (
                "service_levels:\n- name: A\n  opening_hours: Office hours\n  promises:\n"
                "    resolution:\n      urgent: {within: 1 h, ladder: Nobody}\n"
            ),
            "Line 6: there is no “Nobody”.",
        ),
        (
            "service_levels:\n- name: A\n  name: B\n  opening_hours: Office hours\n",
            "Line 3: “name” stands here twice.",
        ),
        (
            (
                "service_levels:\n- name: A\n  opening_hours: Office hours\n"
                "  applies_when: {fact: category, is: 2026-01-01}\n"
            ),
            "Line 4: write “2026-01-01” in quotes.",
        ),
        (
            (
                "service_levels:\n- name: A\n  opening_hours: Office hours\n"
                '  applies_when: {fact: category, is: "a\\0b"}\n'
            ),
            "Line 4: there is a character that no text can hold.",
        ),
        (
            (
                "service_levels:\n- name: A\n  opening_hours: Office hours\n"
                "  applies_when: {fact: priority, is: .inf}\n"
            ),
            "Line 4: this number cannot be read.",
        ),
        ("!!python/object/apply:os.getcwd []\n", "Line 1:"),
        (f"service_levels: {'[' * 60}{']' * 60}", "Line 1: this is too much or too deep."),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(BadFile) as refusal:
        read_file(text.encode(), names=NAMES)

    assert any(problem.startswith(sentence) for problem in refusal.value.problems)


def test_a_file_that_is_too_long_or_no_text_is_refused_unread() -> None:
    for content in (b"#" * (LONGEST_FILE + 1), b"\xff\xfe\x00"):
        with pytest.raises(BadFile):
            read_file(content, names=NAMES)


def test_every_fault_of_a_file_is_told_at_once() -> None:
    text = "service_levels:\n- name: A\n  opening_hours: X\n- name: B\n  opening_hours: Y\n"

    with pytest.raises(BadFile) as refusal:
        read_file(text.encode(), names=NAMES)

    assert [problem.split(":")[0] for problem in refusal.value.problems] == ["Line 3", "Line 5"]


@pytest.mark.django_db
def test_an_import_makes_a_draft_and_publishes_nothing(tenant: Tenant) -> None:
    level = ServiceLevel.objects.get()
    published = PolicyVersion.objects.select_related("service_level").get()
    written = written_versions([published])

    (draft,) = import_drafts(written.encode(), actor=SYSTEM, at=AT)

    level.refresh_from_db()
    assert level.version_id == published.pk
    assert (draft.state, draft.service_level_id) == (VersionState.DRAFT, level.pk)
    assert policy_of(draft).fingerprint == policy_of(published).fingerprint
    assert written_versions([draft]) == written


@pytest.mark.django_db
def test_a_file_brings_new_service_levels_with_everything_they_say(tenant: Tenant) -> None:
    calendar, ladder = Calendar.objects.get(), Ladder.objects.get()
    draft = start_draft(service_level_id=ServiceLevel.objects.get().pk, actor=SYSTEM, at=AT)
    whole = Policy(
        calendar_id=calendar.pk,
        note="Since spring",
        applies_when={"fact": "category", "is": "billing"},
        promises=(
            Promise(metric=Metric.FIRST_RESPONSE, priority=1, within=HOUR / 2, ladder_id=ladder.pk),
            Promise(
                metric=Metric.PERIODIC_UPDATE,
                priority=2,
                within_days=1,
                recurrence=Recurrence.SEQUENTIAL,
                conditions={"pause": {"fact": "state", "is": "pending"}},
                calendar_id=calendar.pk,
            ),
        ),
    )
    change_draft(version_id=draft.pk, policy=whole, actor=SYSTEM, at=AT)
    text = written_versions([PolicyVersion.objects.get(pk=draft.pk)]).replace(
        "Standard\n", "Gold\n", 1
    )

    (gold,) = import_drafts(text.encode(), actor=SYSTEM, at=AT)

    assert gold.service_level.name == "Gold"
    assert policy_of(gold) == replace(whole, promises=in_order(whole.promises))


@pytest.mark.django_db
def test_an_import_writes_over_no_draft(tenant: Tenant) -> None:
    text = written_versions(PolicyVersion.objects.select_related("service_level")).encode()
    import_drafts(text, actor=SYSTEM, at=AT)

    with pytest.raises(DraftExists):
        import_drafts(text, actor=SYSTEM, at=AT)

    draft = PolicyVersion.objects.get(state=VersionState.DRAFT)
    publish_draft(version_id=draft.pk, actor=SYSTEM, at=AT)
    assert len(import_drafts(text, actor=SYSTEM, at=AT)) == 1
    assert names_here().calendars == {"Office hours": Calendar.objects.get().pk}
