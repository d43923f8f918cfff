"""A workflow as a file: read exactly as it was written, refused with the place otherwise."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflow.stages.drawing import plain
from workflow.conditions import AllOf, AnyOf, Condition, Leaf, Not
from workflow.stages.definition import (
    Act,
    ActionKind,
    Approval,
    Definition,
    MayTake,
    Owner,
    Stage,
    Step,
    StepKind,
)
from workflow.stages.files import BadWorkflowFile, as_data, from_data, read, write
from workflow.stages.starters import STARTERS

# What YAML takes for something else, and breaks that it folds.
SIGNS = "aZ0 éß✓:#-'\"{}[]&*!|>%@`,?~/\\\n\t\r\x85\u2028\u2029\ufeff\u00a0\u200b😀"
PUZZLES = (
    "null",
    "true",
    "yes",
    "1e3",
    "0x1f",
    "2026-01-01",
    "- a",
    "a: b",
    "&x",
    "*x",
    " a ",
    "…",
)
texts = st.sampled_from(PUZZLES) | st.text(st.sampled_from(SIGNS), max_size=12)
names = texts.filter(lambda text: bool(text.strip()))
keys = st.text(st.sampled_from("abz09_-"), min_size=1, max_size=6)
spans = st.none() | st.integers(1, 600_000).map(lambda seconds: timedelta(seconds=seconds))
lists = st.lists(texts, max_size=3).map(tuple)
leaves: st.SearchStrategy[Condition] = st.builds(
    Leaf, fact=names, operator=st.just("is"), value=texts | st.integers(-99, 99)
)
conditions = st.just(AllOf(())) | st.recursive(
    leaves,
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts)))
    ),
    max_leaves=4,
)
fact_names = st.sampled_from(["department", "title", "to", "field", "value", "on", "1"])
acts = st.builds(
    Act,
    kind=st.sampled_from(ActionKind),
    facts=st.dictionaries(fact_names, texts, max_size=3).map(lambda facts: tuple(facts.items())),
)
approvals = st.none() | st.builds(
    Approval,
    quorum=st.integers(-5, 120),
    roles=lists,
    people=lists,
    substitutes=lists,
    within=spans,
)
places = st.none() | st.tuples(st.integers(-900, 900), st.integers(-900, 900))
stages = st.builds(
    lambda place, **facts: Stage(
        **facts, x=place[0] if place else None, y=place[1] if place else None
    ),
    place=places,
    key=keys,
    name=names,
    state=names,
    owner=st.sampled_from(Owner),
    department=texts,
    within=spans,
    needs=lists,
    public=texts,
    public_words=texts,
)
steps = st.builds(
    Step,
    key=keys,
    name=names,
    begin=names,
    end=names,
    kind=st.sampled_from(StepKind),
    may_take=st.lists(st.sampled_from(MayTake), max_size=4).map(tuple),
    needs=lists,
    condition=conditions,
    needs_reason=st.booleans(),
    approval=approvals,
    acts=st.lists(acts, max_size=3).map(tuple),
)
drawings = st.builds(
    Definition,
    name=names,
    start=texts,
    stages=st.lists(stages, max_size=3).map(tuple),
    steps=st.lists(steps, max_size=3).map(tuple),
)


@given(drawings)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_is_read_exactly_as_it_was(drawing: Definition) -> None:
    assert read(write(drawing)) == drawing
    assert from_data(as_data(drawing)) == drawing


@pytest.mark.full
@given(drawings)
@settings(max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_thousands_of_drawings_are_read_exactly_as_they_were(drawing: Definition) -> None:
    assert read(write(drawing)) == drawing


@pytest.mark.parametrize("code", STARTERS)
def test_a_starter_that_is_written_is_read_as_it_was(code: str) -> None:
    drawing = STARTERS[code].definition

    assert read(write(drawing)) == drawing


def test_a_file_of_a_newer_version_is_refused_with_what_to_do() -> None:
    newer = write(plain()).replace("workflow: 1", "workflow: 2")

    with pytest.raises(BadWorkflowFile) as refusal:
        read(newer)

    assert refusal.value.sentence == ("This file is of version 2; this program reads version 1.")
    assert "Export it again" in refusal.value.next_step


@pytest.mark.parametrize(
    ("was", "is_now", "said"),
    [
        ("workflow: 1", "a: &x 1\nb: *x", "it uses references"),
        ("workflow: 1", "workflow: [", "this is not YAML"),
        ("start: new", "starts: new", "“starts” is not known here"),
        ("key: assess", "key: as/sess", "stages 2: a key is made of"),
        ("name: Assess", "name: 7", "stages 2: “name” is a text"),
        ("name: Assess", 'name: ""', "stages 2: “name” is missing"),
        ("name: Assess", f"name: {'x' * 81}", "stages 2: a name has at most 80 characters"),
        ("within_minutes: 480", "at: [30000, 0]", "stages 1: “at” holds two whole numbers"),
        ("name: Assess", 'name: "\\0"', "stages 2: “name” holds a character"),
        ("within_minutes: 480", "within_minutes: soon", "stages 1: a time limit is a number"),
        ("kind: back", "kind: up", "steps 3, kind: “up” is none of forward, side, back"),
        ("needs_reason: true", "needs_reason: 3", "steps 3, needs_reason: this is true or false"),
        ("needs_reason: true", "when: {fact: 3}", "steps 3, when: "),
        (
            "needs_reason: true",
            'when: {fact: category, is: "a\\0"}',
            "steps 3, when: it holds a character",
        ),
        ("needs_reason: true", "approval: {quorum: half}", "steps 3, approval: the quorum is"),
        ("needs_reason: true", "then: [{do: dance}]", "steps 3, then 1: “dance” is none of"),
        ("needs_reason: true", "may_take: lead", "“may_take” is a list of texts"),
    ],
)
def test_what_a_workflow_cannot_hold_is_refused_with_its_place(
    was: str, is_now: str, said: str
) -> None:
    text = write(plain())
    assert was in text

    with pytest.raises(BadWorkflowFile) as refusal:
        read(text.replace(was, is_now, 1))

    assert said in refusal.value.sentence
    assert read(text) == plain()


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b", "[" * 3000, "x" * 600_000])
def test_what_is_no_workflow_at_all_is_refused(text: str) -> None:
    with pytest.raises(BadWorkflowFile):
        read(text)
