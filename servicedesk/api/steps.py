"""The steps of a problem as programs take them: each name leads to one action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from problems.assigning import assign_problem
from problems.broadcasting import tell_why_not_fixed
from problems.estimates import estimate_fix
from problems.fixing import (
    add_evidence,
    find_fix_wanting,
    note_problem,
    publish_workaround,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.handing import (
    accept_problem,
    hand_over_problem,
    refuse_problem,
    route_problem,
    take_problem,
)
from problems.lifecycle import (
    close_problem,
    describe_problem,
    end_problem_without_fix,
    reopen_problem,
)
from problems.linking import confirm_link, reject_link, unlink_case
from problems.queries import confidence_named
from problems.states import Outcome
from servicedesk.api.naming import case_in, colleagues_at, department_called, product_for
from servicedesk.api.refusals import Unprocessable
from workflow.people.actors import Actor

Fields = dict[str, Any]


def take_step(*, problem_id: int, fields: Fields, actor: Actor, at: datetime) -> None:
    """Take the step that `fields` (see `shapes.problems.Step`) name.

    Raises:
        Unprocessable: a department, case or date that the step needs is missing or unknown.
        Refusal: whatever the action says.
    """
    common = {"problem_id": problem_id, "actor": actor, "at": at}
    ACTS[fields["step"]](common, fields)


def describe(common: Fields, fields: Fields) -> None:
    """Say anew what is wrong."""
    describe_problem(
        title=fields["title"],
        statement=fields["statement"],
        category=fields["category"],
        product=product_for(fields["product"]),
        product_version=fields["product_version"],
        severity=fields["severity"],
        **common,
    )


def route(common: Fields, fields: Fields) -> None:
    """Send it to a department."""
    route_problem(
        department=department_called(fields["department"]),
        reason=fields["reason"],
        confirm=fields["confirm"],
        **common,
    )


def take(common: Fields, fields: Fields) -> None:
    """Take it for a department."""
    take_problem(department=department_called(fields["department"]), **common)


def refuse(common: Fields, fields: Fields) -> None:
    """Say that it is not ours, and perhaps whose it is."""
    better = fields["better_owner"]
    refuse_problem(
        reason=fields["reason"],
        better_owner=department_called(better) if better else None,
        confirm=fields["confirm"],
        **common,
    )


def hand_over(common: Fields, fields: Fields) -> None:
    """Let another department go on."""
    hand_over_problem(
        department=department_called(fields["department"]),
        reason=fields["reason"],
        confirm=fields["confirm"],
        **common,
    )


def assign(common: Fields, fields: Fields) -> None:
    """Give it to a colleague of the department, or to nobody."""
    colleague = fields["colleague"]
    assign_problem(user_id=colleagues_at([colleague])[0].pk if colleague else None, **common)


def accept(common: Fields, _fields: Fields) -> None:
    """Take it on."""
    accept_problem(**common)


def find_cause(common: Fields, fields: Fields) -> None:
    """Say why it happens."""
    record_root_cause(
        root_cause=fields["root_cause"],
        public_cause=fields["public_cause"],
        **common,
    )
    if fields["text"].strip():
        show(common, fields)


def give_workaround(common: Fields, fields: Fields) -> None:
    """Say what helps for now."""
    publish_workaround(workaround=fields["workaround"], **common)


def give_fix(common: Fields, fields: Fields) -> None:
    """Say what was changed."""
    put_fix_in_place(fix=fields["fix"], **common)
    if fields["text"].strip():
        show(common, fields)


def send_back(common: Fields, fields: Fields) -> None:
    """Say that the fix does not hold."""
    find_fix_wanting(reason=fields["reason"], **common)


def resolve(common: Fields, fields: Fields) -> None:
    """Give everybody the solution."""
    resolve_problem(solution=fields["solution"], **common)


def estimate(common: Fields, fields: Fields) -> None:
    """Say when it will be fixed."""
    expected_on = fields["expected_on"] or fields["latest_on"]
    if expected_on is None:
        raise Unprocessable(
            _("The estimate has no day."), next_step=_("Send expected_on, and latest_on.")
        )
    estimate_fix(
        expected_on=expected_on,
        latest_on=fields["latest_on"] or expected_on,
        confidence=confidence_named(fields["confidence"]),
        reason=fields["reason"],
        is_public=fields["is_public"],
        **common,
    )


def note(common: Fields, fields: Fields) -> None:
    """Write to everybody who works on it."""
    note_problem(text=fields["text"], **common)


def show(common: Fields, fields: Fields) -> None:
    """Add evidence."""
    add_evidence(text=fields["text"], **common)


def link(common: Fields, fields: Fields) -> None:
    """Say that it is the cause of a case."""
    confirm_link(case=case_in(common["actor"], fields["case"]), **common)


def reject(common: Fields, fields: Fields) -> None:
    """Say that a suggestion is wrong."""
    reject_link(case=case_in(common["actor"], fields["case"]), **common)


def unlink(common: Fields, fields: Fields) -> None:
    """Take a link back."""
    unlink_case(case=case_in(common["actor"], fields["case"]), **common)


def end(common: Fields, fields: Fields) -> None:
    """End it another way than by a fix."""
    end_problem_without_fix(outcome=Outcome(fields["outcome"]), reason=fields["reason"], **common)
    tell_why_not_fixed(reason=fields["public_reason"], **common)


def close(common: Fields, _fields: Fields) -> None:
    """End it for good."""
    close_problem(**common)


def reopen(common: Fields, fields: Fields) -> None:
    """Say that it is back."""
    reopen_problem(reason=fields["reason"], **common)


ACTS: dict[str, Callable[[Fields, Fields], None]] = {
    "describe": describe,
    "route": route,
    "take": take,
    "accept": accept,
    "refuse": refuse,
    "hand_over": hand_over,
    "assign": assign,
    "root_cause": find_cause,
    "workaround": give_workaround,
    "fix": give_fix,
    "fix_wanting": send_back,
    "resolve": resolve,
    "estimate": estimate,
    "note": note,
    "evidence": show,
    "link": link,
    "reject": reject,
    "unlink": unlink,
    "end_without_fix": end,
    "close": close,
    "reopen": reopen,
}
