"""A condition as groups of statements in a form: what most trees are, without writing JSON.

A condition joins groups, a group joins statements; deeper trees stand in JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.configuration.condition_form import is_simple, statement_of, tree_in
from workflow.conditions import BadCondition

MOST_GROUPS = 6
MOST_STATEMENTS = 10
NONE = "none"
JOINS = ("all", "any", NONE)

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One statement as the fields say it."""

    fact: str = ""
    operator: str = "is"
    value: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Statements, and how many of them have to be so: all, any, none."""

    join: str = "all"
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups, and whether all of them have to fit or one is enough."""

    join: str = "all"
    groups: tuple[Group, ...] = ()


# ---- from a form to a condition --------------------------------------------------------------


def groups_posted(posted: Mapping[str, str]) -> Groups:
    """Return what stands in the fields of a form; what is empty is left out."""
    groups = []
    for place in range(MOST_GROUPS):
        rows = [row_posted(posted, f"{place}_{line}") for line in range(MOST_STATEMENTS)]
        written = tuple(row for row in rows if row.fact or row.value)
        if written:
            groups.append(Group(known(posted.get(f"join_{place}", ""), among=JOINS), written))
    return Groups(known(posted.get("join", ""), among=JOINS[:2]), tuple(groups))


def row_posted(posted: Mapping[str, str], place: str) -> Row:
    """Return one statement of a form."""
    return Row(
        posted.get(f"fact_{place}", ""),
        posted.get(f"operator_{place}", "is"),
        posted.get(f"value_{place}", "").strip(),
    )


def known(word: str, *, among: tuple[str, ...]) -> str:
    """Return a word if it is one of some, else the first of them."""
    return word if word in among else among[0]


def condition_posted(posted: Mapping[str, str]) -> Tree:
    """Return the condition of a form: its JSON if there is any, else its groups.

    Raises:
        BadCondition: the JSON cannot be read, a statement is not whole, or nothing is said.
    """
    written = posted.get("condition", "").strip()
    return tree_in(written) if written else tree_of(groups_posted(posted))


def tree_of(groups: Groups) -> Tree:
    """Return groups as a condition.

    Raises:
        BadCondition: a statement is not whole, or nothing is said.
    """
    parts: list[Tree] = []
    for group in groups.groups:
        leaves = [leaf_of(row) for row in group.rows]
        if group.join == NONE:
            parts.append({"not": leaves[0] if len(leaves) == 1 else {"any": leaves}})
        elif len(leaves) == 1 or group.join == groups.join:
            parts.extend(leaves)
        else:
            parts.append({group.join: leaves})
    if not parts:
        raise BadCondition(
            _("Nothing says when it fits."),
            next_step=_("Choose what is looked at and what it is compared with."),
        )
    return parts[0] if len(parts) == 1 else {groups.join: parts}


def leaf_of(row: Row) -> Tree:
    """Return a statement as a condition.

    Raises:
        BadCondition: it does not say what is looked at, or with what it is compared.
    """
    if not row.fact or not row.value:
        raise BadCondition(
            _("A statement is not whole."),
            next_step=_("Say what is looked at and what it is compared with, or empty its line."),
        )
    return statement_of(row.fact, row.operator, row.value)


# ---- from a condition to a form --------------------------------------------------------------


def groups_of(condition: Mapping[str, Any]) -> Groups | None:
    """Return a condition as groups from which the very same is read back; None if it is deeper."""
    join = next((word for word in JOINS[:2] if isinstance(condition.get(word), list)), "")
    groups: list[Group] = []
    for part in condition[join] if join else [condition]:
        group = group_of(part, join=join or "all")
        if group is None:
            return None
        if is_simple(part) and groups and groups[-1].join == group.join:
            groups[-1] = Group(group.join, groups[-1].rows + group.rows)
        else:
            groups.append(group)
    found = Groups(join or "all", tuple(groups))
    return found if fits_form(found) and tree_of(found) == condition else None


def group_of(part: Any, *, join: str) -> Group | None:
    """Return a part of a condition as a group; None if it is deeper."""
    if is_simple(part):
        return Group(join, (row_of(part),))
    if not isinstance(part, dict) or len(part) != 1:
        return None
    word, inner = next(iter(part.items()))
    if word == "not":
        word = NONE
        inner = inner.get("any") if isinstance(inner, dict) and "any" in inner else [inner]
    if isinstance(inner, list) and inner and all(is_simple(one) for one in inner):
        return Group(word, tuple(row_of(one) for one in inner))
    return None


def row_of(statement: Mapping[str, Any]) -> Row:
    """Return a simple statement as three fields."""
    operator = next(key for key in statement if key != "fact")
    value = statement[operator]
    written = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Row(statement["fact"], operator, written)


def fits_form(groups: Groups) -> bool:
    """Whether a form has room for some groups."""
    return 0 < len(groups.groups) <= MOST_GROUPS and all(
        len(group.rows) <= MOST_STATEMENTS for group in groups.groups
    )


# ---- what the form shows ---------------------------------------------------------------------


def groups_shown(groups: Groups, *, has_more: bool = False) -> dict[str, Any]:
    """Return groups as their fields, each with an empty line; with `has_more` also an empty group."""
    shown = [*groups.groups]
    if not shown or (has_more and len(shown) < MOST_GROUPS):
        shown.append(Group("any" if shown and groups.join == "all" else "all"))
    return {
        "join": groups.join,
        "joins": [
            {"value": "all", "label": _("all of these groups fit")},
            {"value": "any", "label": _("one of these groups fits")},
        ],
        "group_joins": [
            {"value": "all", "label": _("all of these are so")},
            {"value": "any", "label": _("one of these is so")},
            {"value": NONE, "label": _("none of these is so")},
        ],
        "groups": [
            {
                "place": place,
                "join": group.join,
                "rows": [
                    {"place": f"{place}_{line}", "row": row}
                    for line, row in enumerate((*group.rows, Row(), Row())[: lines_of(group)])
                ],
            }
            for place, group in enumerate(shown)
        ],
        "is_full": len(shown) >= MOST_GROUPS,
    }


def lines_of(group: Group) -> int:
    """Return how many lines a group shows: one that is empty, two in an empty group."""
    return min(MOST_STATEMENTS, max(2, len(group.rows) + 1))
