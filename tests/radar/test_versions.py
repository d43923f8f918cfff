"""Two leads look at the same suspected problem: who is late is told what the other did."""

from typing import Any

import pytest

from problems.matching_policies import allowed_matching
from problems.models import Pattern, PatternCase
from problems.models.pattern import DismissReason, PatternState
from problems.pattern_decisions import dismiss_pattern, take_back
from problems.pattern_merging import merge_patterns
from problems.pattern_shaping import edit_pattern
from problems.radar import radar_of_tenant
from problems.suspecting import grow
from servicedesk.api.shapes.patterns import STEPS
from servicedesk.lead.pattern_acts import ACTS
from tests.make import AT, HOUR, make_actor, make_case, make_problem, make_user
from tests.radar.suspected import make_pattern
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Source
from workflow.people.authentication import actor_for_user
from workflow.people.permissions import Role

LATER = AT + 2 * HOUR


def rename(pattern: Pattern, *, title: str) -> None:
    """Let another lead, Mia, describe a pattern."""
    edit_pattern(
        pattern_id=pattern.pk,
        title=title,
        product=None,
        product_version="",
        department=None,
        actor=actor_for_user(make_user(Role.LEAD, name="Mia Berg"), source=Source.AGENT),
        at=LATER,
    )


def everything(pattern: Pattern) -> dict[str, Any]:
    """Return what the forms of all acts could send about a pattern."""
    problem = make_problem(cases=[make_case(at=AT)])
    case = PatternCase.objects.filter(pattern=pattern).values_list("case__number", flat=True)[0]
    return {
        "title": "My own words",
        "statement": "What I wrote.",
        "problem": problem.name,
        "reason": "known",
        "note": "Ana knows",
        "severity": "3",
        "hours": "24",
        "into": make_pattern(title="Another").number,
        "case": case,
    }


def test_every_act_on_an_older_edition_says_who_was_faster(tenant: Any) -> None:
    lead = signed_in_staff(tenant, make_user(Role.LEAD))
    pattern = make_pattern()
    sent = {**everything(pattern), "version": pattern.version}
    rename(pattern, title="Charged twice")
    act = f"/radar/{pattern.number}/act/"

    refused = {action: lead.post(act, {**sent, "action": action}) for action in ACTS}

    for action, answer in refused.items():
        text = answer.content.decode()
        assert answer.status_code == 409, action
        assert "Mia Berg described the suspected problem." in text, action
    for action in ("open", "edit", "split"):
        assert 'value="My own words"' in refused[action].content.decode(), action
    assert "Ana knows" in refused["dismiss"].content.decode()
    pattern.refresh_from_db()
    assert (pattern.title, pattern.state) == ("Charged twice", PatternState.PROPOSED)
    # What the refusal shows is the edition of now: sent again, it counts.
    again = lead.post(act, {**sent, "action": "edit", "version": pattern.version})
    assert again.status_code == 302
    pattern.refresh_from_db()
    assert pattern.title == "My own words"


def test_words_for_a_form_that_is_gone_are_shown(tenant: Any) -> None:
    lead = signed_in_staff(tenant, make_user(Role.LEAD))
    pattern = make_pattern()
    sent = {**everything(pattern), "version": pattern.version, "action": "open"}
    dismiss_pattern(
        pattern_id=pattern.pk,
        reason=DismissReason.SEASONAL,
        words="",
        actor=make_actor(Role.LEAD),
        at=LATER,
    )

    page = lead.post(f"/radar/{pattern.number}/act/", sent)

    assert page.status_code == 409
    assert page.context["unsaved"] == [
        {"label": "Title", "text": "My own words"},
        {"label": "What is wrong", "text": "What I wrote."},
        {"label": "A word to colleagues", "text": "Ana knows"},
    ]


def test_what_grows_by_itself_is_no_new_edition(tenant: Any) -> None:
    pattern, other = make_pattern(), make_pattern(title="Other")
    seen = pattern.version

    grow(pattern_id=pattern.pk, case_ids=[make_case(at=AT).pk], cause=None, at=LATER)

    pattern.refresh_from_db()
    assert (pattern.cases, pattern.version) == (5, seen)
    lead = make_actor(Role.LEAD)
    merge_patterns(pattern_id=other.pk, into_id=pattern.pk, actor=lead, at=LATER)
    take_back(pattern_id=other.pk, actor=lead, at=LATER)
    pattern.refresh_from_db()
    assert (pattern.cases, pattern.version) == (5, seen + 2)


def test_a_program_says_which_edition_it_read(tenant: Any) -> None:
    program = caller_as(tenant, Role.LEAD)
    pattern = make_pattern()
    path = f"patterns/{pattern.number}"
    written = everything(pattern)
    sent = {name: written[name] for name in ("title", "reason", "note", "into")} | {
        "problem": 1,
        "cases": [written["case"]],
        "until": (LATER + HOUR).isoformat(),
    }
    read = program.get(path)
    rename(pattern, title="Charged twice")

    refused = {step: send(program, path, read["ETag"], step=step, **sent) for step in STEPS}
    by_field = program.post(f"{path}/steps", {"step": "wake", "version": read.json()["version"]})
    taken = send(program, path, program.get(path)["ETag"], step="dismiss", reason="known")

    for step, answer in refused.items():
        assert (answer.status_code, answer.json()["code"]) == (412, "changed_meanwhile"), step
    assert by_field.status_code == 409
    assert by_field.json()["title"].endswith("Mia Berg described the suspected problem.")
    assert (taken.status_code, taken.json()["state"]) == (200, "dismissed")


def send(program: Caller, path: str, etag: str, **fields: Any) -> Any:
    """Take a step with what was read."""
    return program.send("post", f"{path}/steps", fields, **{"if-match": etag})


@pytest.mark.parametrize(
    ("page", "path", "first", "second", "kept"),
    [
        (
            "/settings/radar/",
            "radar",
            {"sensitivity": "careful", "least_customers": 9},
            {"action": "save", "is_on": "1", "sensitivity": "eager", "least_customers": "3",
             "work_minutes": "33"},
            'value="33"',
        ),
        (
            "/settings/matching/",
            "matching",
            {"links_alone": False, "wanted_precision": 91},
            {"wanted_precision": "83"},
            'value="83"',
        ),
    ],
)  # fmt: skip
def test_settings_are_not_overwritten_unseen(
    tenant: Any, page: str, path: str, first: dict[str, Any], second: dict[str, str], kept: str
) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))
    program = caller_as(tenant, Role.ADMIN)
    seen = program.get(path)
    assert program.post(path, {**first, "version": seen.json()["version"]}).status_code == 200

    late = admin.post(page, {**second, "version": seen.json()["version"]})
    by_program = program.send("post", path, first, **{"if-match": seen["ETag"]})

    assert late.status_code == 409
    assert "was changed while you had it open: test admin" in late.content.decode()
    assert kept in late.content.decode()
    assert (by_program.status_code, by_program.json()["code"]) == (412, "changed_meanwhile")
    assert (radar_of_tenant().least_customers, allowed_matching().wanted_precision) in (
        (9, 97),
        (4, 91),
    )
    now_there = program.get(path).json()["version"]
    assert admin.post(page, {**second, "version": now_there}).status_code == 302
