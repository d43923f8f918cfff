"""Groups of statements say what most trees are, and the very same tree is read back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.configuration.condition_groups import (
    Group,
    Groups,
    Row,
    groups_of,
    groups_shown,
    tree_of,
)
from workflow.conditions import condition_to_data, evaluate, parse_condition

FACTS = ("category", "region", "product")
rows = st.builds(
    Row,
    fact=st.sampled_from(FACTS),
    operator=st.sampled_from(["is", "is_not", "in"]),
    value=st.sampled_from(["North", "South", "billing", "Card, Loan"]),
)
groups = st.builds(
    Groups,
    join=st.sampled_from(["all", "any"]),
    groups=st.lists(
        st.builds(
            Group,
            join=st.sampled_from(["all", "any", "none"]),
            rows=st.lists(rows, min_size=1, max_size=3).map(tuple),
        ),
        min_size=1,
        # Groups that mean one are read as one, which holds ten statements.
        max_size=3,
    ).map(tuple),
)
known = st.fixed_dictionaries(
    {name: st.sampled_from(["North", "South", "billing", "Card"]) for name in FACTS}
)


def fits(row: Row, facts: dict[str, str]) -> bool:
    """Whether a statement is so, said in another way than conditions say it."""
    choices = [one.strip() for one in row.value.split(",")]
    if row.operator == "in":
        return facts[row.fact] in choices
    return (facts[row.fact] == row.value) == (row.operator == "is")


@settings(deadline=None)
@given(groups, known)
def test_groups_mean_what_they_say_and_are_read_back(
    written: Groups, facts: dict[str, str]
) -> None:
    tree = tree_of(written)
    holds = []
    for group in written.groups:
        told = [fits(row, facts) for row in group.rows]
        holds.append({"all": all(told), "any": any(told), "none": not any(told)}[group.join])

    meant = all(holds) if written.join == "all" else any(holds)

    assert evaluate(parse_condition(tree), facts).matched == meant
    assert condition_to_data(parse_condition(tree)) == tree
    read = groups_of(tree)
    assert read is not None
    assert tree_of(read) == tree


@pytest.mark.parametrize(
    "tree",
    [
        {"all": []},
        {"not": {"not": {"fact": "region", "is": "North"}}},
        {"all": [{"any": [{"all": [{"fact": "region", "is": "North"}]}]}]},
        {"not": {"all": [{"fact": "region", "is": "North"}, {"fact": "region", "is": "South"}]}},
        {"fact": "region", "exists": True},
        {"any": [{"fact": "region", "is": f"R{place}"} for place in range(11)]},
    ],
)
def test_what_groups_cannot_say_stays_in_json(tree: dict[str, Any]) -> None:
    assert groups_of(tree) is None


def test_a_full_form_has_no_room_for_another_group() -> None:
    one = Group("any", (Row("region", "is", "North"),))

    room, full = (groups_shown(Groups("all", (one,) * count), has_more=True) for count in (5, 6))

    assert (len(room["groups"]), len(full["groups"])) == (6, 6)
    assert full["is_full"]
