"""Conditions over facts: what they match, how they explain it, and what they refuse to read."""

import json
import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.conditions import (
    AllOf,
    BadCondition,
    Facts,
    Leaf,
    Verdict,
    evaluate,
    facts_named_by,
    parse_condition,
)

FACTS = {
    "product": "Fiber 500",
    "text": "My router says E-4012, and I want a refund of money!",
    "priority": 2,
    "waited": 3.5,
    "vip": True,
    "tags": ["billing", "Refund"],
    "region": None,
}


def verdict_on(data: object, facts: Facts | None = None) -> Verdict:
    return evaluate(parse_condition(data), FACTS if facts is None else facts)


@pytest.mark.parametrize(
    ("leaf", "matched"),
    [
        ({"fact": "product", "is": "Fiber 500"}, True),
        ({"fact": "product", "is": " fiber 500 "}, True),
        ({"fact": "product", "is": "Fiber"}, False),
        ({"fact": "priority", "is": 2}, True),
        ({"fact": "priority", "is": 2.0}, True),
        ({"fact": "priority", "is": "2"}, False),
        ({"fact": "vip", "is": True}, True),
        ({"fact": "vip", "is": 1}, False),
        ({"fact": "product", "is_not": "Copper 50"}, True),
        ({"fact": "product", "is_not": "fiber 500"}, False),
        ({"fact": "product", "in": ["Copper 50", "Fiber 500"]}, True),
        ({"fact": "product", "in": ["Copper 50"]}, False),
        ({"fact": "product", "not_in": ["Copper 50"]}, True),
        ({"fact": "priority", "not_in": [1, 2]}, False),
        ({"fact": "text", "contains": "REFUND"}, True),
        ({"fact": "text", "contains": "fund"}, False),
        ({"fact": "text", "contains": "e-4012"}, True),
        ({"fact": "text", "contains": "refund of money"}, True),
        ({"fact": "text", "contains": "money refund"}, False),
        ({"fact": "text", "contains": ["invoice", "router"]}, True),
        ({"fact": "priority", "contains": "2"}, False),
        ({"fact": "product", "starts_with": "fiber"}, True),
        ({"fact": "product", "starts_with": "500"}, False),
        ({"fact": "priority", "at_least": 2}, True),
        ({"fact": "priority", "at_least": 3}, False),
        ({"fact": "waited", "at_most": 3.5}, True),
        ({"fact": "waited", "at_most": 3}, False),
        ({"fact": "vip", "at_least": 1}, False),
        ({"fact": "priority", "at_most": 10**400}, True),
        ({"fact": "product", "at_most": 9}, False),
        ({"fact": "product", "exists": True}, True),
        ({"fact": "region", "exists": True}, False),
        ({"fact": "region", "exists": False}, True),
        ({"fact": "tags", "is": "refund"}, True),
        ({"fact": "tags", "is_not": "refund"}, False),
        ({"fact": "tags", "in": ["billing", "fraud"]}, True),
        ({"fact": "tags", "starts_with": "bill"}, True),
    ],
)
def test_an_operator_compares_a_fact(leaf, matched):
    assert verdict_on(leaf).matched is matched


@pytest.mark.parametrize(
    ("operator", "value", "matched"),
    [
        ("is", "Nord", False),
        ("is_not", "Nord", True),
        ("in", ["Nord"], False),
        ("not_in", ["Nord"], True),
        ("contains", "Nord", False),
        ("starts_with", "Nord", False),
        ("at_least", 1, False),
        ("at_most", 1, False),
        ("exists", True, False),
    ],
)
def test_a_missing_fact_never_raises(operator, value, matched):
    verdict = verdict_on({"fact": "planet", operator: value})

    assert verdict == Verdict(matched, ("planet is not known",))


def test_all_any_and_not_combine():
    data = {
        "all": [
            {"any": [{"fact": "product", "is": "Copper 50"}, {"fact": "priority", "at_most": 2}]},
            {"not": {"fact": "tags", "is": "fraud"}},
        ]
    }

    assert verdict_on(data).matched
    assert not verdict_on(data, FACTS | {"tags": ["fraud"]}).matched


def test_all_of_nothing_always_matches():
    assert verdict_on({"all": []}) == Verdict(True, ())


def test_a_match_names_the_statements_that_made_it():
    data = {
        "any": [
            {"fact": "product", "is": "Copper 50"},
            {"all": [{"fact": "priority", "at_most": 2}, {"fact": "text", "contains": "refund"}]},
        ]
    }

    assert verdict_on(data).reasons == ("priority is 2, at most 2", "text contains “refund”")


def test_a_miss_names_the_statements_that_failed():
    data = {
        "all": [
            {"fact": "priority", "at_most": 2},
            {"fact": "product", "in": ["Copper 50", "Copper 100"]},
            {"not": {"fact": "vip", "is": True}},
        ]
    }

    assert verdict_on(data).reasons == (
        "product is “Fiber 500”, none of “Copper 50”, “Copper 100”",
        "vip is yes",
    )


def test_reasons_do_not_quote_the_text_that_was_searched():
    facts = {"text": "my card number is 4000 1234"}

    verdict = verdict_on({"fact": "text", "contains": "refund"}, facts)

    assert verdict.reasons == ("text does not contain “refund”",)


def test_reasons_stay_short():
    verdict = verdict_on({"fact": "tags", "in": [f"tag {n}" for n in range(900)]})
    long_text = verdict_on({"fact": "note", "is": "x"}, {"note": "word " * 500})

    assert verdict.reasons[0].endswith("and 895 more")
    assert len(long_text.reasons[0]) < 100


def test_the_facts_that_a_condition_asks_for_are_known():
    condition = parse_condition(
        {"all": [{"fact": "a", "exists": True}, {"not": {"any": [{"fact": "b", "is": 1}]}}]}
    )

    assert facts_named_by(condition) == {"a", "b"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "This is not a condition."),
        ([], "This is not a condition."),
        ({}, "A condition is one of all, any, not, or names a fact."),
        ({"all": [], "any": []}, "A condition is one of all, any, not, or names a fact."),
        ({"none": []}, "A condition is one of all, any, not, or names a fact."),
        ({"any": []}, "“any” of nothing can never match."),
        ({"all": {"fact": "a", "is": 1}}, "“all” needs a list of conditions."),
        ({"fact": "a"}, "“a” needs exactly one operator."),
        ({"fact": "a", "is": 1, "in": [1]}, "“a” needs exactly one operator."),
        ({"fact": "", "is": 1}, "A fact has a name."),
        ({"fact": 7, "is": 1}, "A fact has a name."),
        (
            {"all": [{"fact": "a", "is": 1}, {"not": {"fact": "a", "equals": 1}}]},
            "In all 2, not: there is no operator “equals”.",
        ),
        ({"fact": "a", "is": None}, "“a is” cannot be compared with “None”."),
        ({"fact": "a", "is": [1]}, "“a is” cannot be compared with “[1]”."),
        ({"fact": "a", "in": "x"}, "“a in” cannot be compared with “x”."),
        ({"fact": "a", "in": []}, "“a in” cannot be compared with “[]”."),
        ({"fact": "a", "in": [{}]}, "“a in” cannot be compared with “[{}]”."),
        ({"fact": "a", "contains": "!!"}, "“a contains” cannot be compared with “!!”."),
        ({"fact": "a", "contains": 5}, "“a contains” cannot be compared with “5”."),
        ({"fact": "a", "starts_with": ""}, "“a starts_with” cannot be compared with “”."),
        ({"fact": "a", "at_least": "2"}, "“a at_least” cannot be compared with “2”."),
        ({"fact": "a", "at_least": True}, "“a at_least” cannot be compared with “True”."),
        ({"fact": "a", "at_most": math.nan}, "“a at_most” cannot be compared with “nan”."),
        ({"fact": "a", "at_least": math.inf}, "“a at_least” cannot be compared with “inf”."),
        ({"fact": "a", "exists": 1}, "“a exists” cannot be compared with “1”."),
    ],
)
def test_what_is_no_condition_is_refused_with_its_place(data, sentence):
    with pytest.raises(BadCondition) as refused:
        parse_condition(data)

    assert refused.value.sentence == sentence
    assert refused.value.next_step


def nested(depth: int) -> dict[str, object]:
    data: dict[str, object] = {"fact": "a", "is": 1}
    for _ in range(depth - 1):
        data = {"not": data}
    return data


def test_ten_levels_are_read_and_eleven_refused():
    assert facts_named_by(parse_condition(nested(10))) == {"a"}
    with pytest.raises(BadCondition, match="more than 10 deep"):
        parse_condition(nested(11))


def test_a_thousand_levels_are_refused_without_harm():
    with pytest.raises(BadCondition, match="more than 10 deep"):
        parse_condition(nested(900))


def test_two_hundred_statements_are_read_and_more_refused():
    leaf = {"fact": "a", "is": 1}

    assert parse_condition({"all": [leaf] * 200}) == AllOf((Leaf("a", "is", 1),) * 200)
    with pytest.raises(BadCondition, match="makes 300 statements; 200 are allowed"):
        parse_condition({"all": [{"any": [leaf] * 150}, {"any": [leaf] * 150}]})
    with pytest.raises(BadCondition, match="lists more than 200"):
        parse_condition({"all": [leaf] * 201})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "fact", "is", "in", "contains", "at_least"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=20,
)


@given(data=JSON, facts=st.dictionaries(st.text(max_size=4), JSON, max_size=5))
def test_any_data_is_read_and_evaluated_or_refused(data, facts):
    with suppress(BadCondition):
        assert isinstance(evaluate(parse_condition(data), facts).matched, bool)


def test_a_condition_is_plain_json():
    text = '{"any": [{"fact": "product", "is": "Fiber 500"}, {"fact": "vip", "exists": false}]}'

    assert verdict_on(json.loads(text)).matched
