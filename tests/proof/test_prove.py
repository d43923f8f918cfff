"""The proof says zero when everything holds, and names exactly the row that breaks a rule."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils.timezone import now

from servicedesk.proof.proving import RULES, prove_tenant
from tests.make import make_tenant
from tests.proof.planting import planted
from tests.proof.story import tell_story
from tests.proof.violation import Violation
from tests.proof.violations import VIOLATIONS
from workflow.outbox.models import Delivery
from workflow.proof import verdict_on
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

BY_CODE = {violation.code: violation for violation in VIOLATIONS}


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Tenant, dict[str, Any]]]:
    """A tenant of this module's own with its story; what a test plants is taken back."""
    with django_db_blocker.unblock():
        tenant = make_tenant()
        with tenant_scope(tenant.pk):
            ids = tell_story(tenant)
        yield tenant, ids
        for connection in connections.all(initialized_only=True):
            connection.close()


@pytest.fixture
def story(told: tuple[Tenant, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The ids of the story, its tenant current."""
    tenant, ids = told
    with tenant_scope(tenant.pk):
        yield ids


@pytest.fixture
def slug(told: tuple[Tenant, dict[str, Any]]) -> str:
    """The short name of the story's tenant."""
    return told[0].slug


def prove(*arguments: str) -> tuple[int, str]:
    """Run the command and return its exit code and what it says."""
    said = StringIO()
    try:
        call_command("prove", *arguments, stdout=said)
    except SystemExit as ending:
        return int(ending.code or 0), said.getvalue()
    return 0, said.getvalue()


def test_a_story_told_by_the_actions_breaks_no_rule(story: dict[str, Any]) -> None:
    assert {code: found for code, found in prove_tenant().items() if found} == {}


@pytest.mark.parametrize(
    "violation",
    VIOLATIONS,
    ids=[f"{place}-{violation.code}" for place, violation in enumerate(VIOLATIONS)],
)
def test_a_planted_violation_is_named_and_nothing_else(
    story: dict[str, Any], violation: Violation
) -> None:
    with planted(violation.statements, story):
        found = {code: findings for code, findings in prove_tenant().items() if findings}

    assert list(found) == [violation.code]
    (finding,) = found[violation.code]
    assert violation.named.format(**story) in finding
    assert not any(prove_tenant().values())


def test_every_rule_has_a_violation_that_is_planted() -> None:
    assert {rule.code for rule in RULES} == set(BY_CODE)
    assert len({rule.code for rule in RULES}) == len(RULES)


def test_a_foreign_tenant_sees_nothing_of_a_violation(story: dict[str, Any]) -> None:
    stranger = make_tenant()

    with planted(BY_CODE["delivery_dead"].statements, story), tenant_scope(stranger.pk):
        assert not any(prove_tenant().values())


def test_all_violations_are_counted_and_the_first_named(story: dict[str, Any]) -> None:
    rule = next(rule for rule in RULES if rule.code == "delivery_dead")
    deliveries = Delivery.objects.order_by("id").values_list("pk", flat=True)[:3]
    statements = [
        f"UPDATE workflow_delivery SET state = 'dead' WHERE id = {delivery}"  # noqa: S608 - numbers
        for delivery in deliveries
    ]

    with planted(statements, story):
        verdict = verdict_on(rule, at=now(), at_most=2)

    assert verdict.violations == 3
    assert len(verdict.findings) == 2


def test_the_command_says_zero_and_ends_well(story: dict[str, Any], slug: str) -> None:
    code, said = prove("--json", "--tenant", slug)

    assert code == 0
    assert json.loads(said) == {"violations": 0, "rules": {rule.code: 0 for rule in RULES}}


def test_the_command_counts_a_violation_and_ends_badly(story: dict[str, Any], slug: str) -> None:
    with planted(BY_CODE["effect_dead"].statements, story):
        code, said = prove("--json", "--tenant", slug)

    answer = json.loads(said)
    assert code == 1
    assert answer["violations"] == 1
    assert answer["rules"]["effect_dead"] == 1


def test_the_command_names_the_rows_in_words(story: dict[str, Any], slug: str) -> None:
    with planted(BY_CODE["case_without_owner"].statements, story):
        code, said = prove("--tenant", slug)

    assert code == 1
    assert f"{slug}: Every open case has somebody who answers for it" in said
    assert f"Case #{story['queued_number']} is new and has neither owner nor queue." in said
    assert f"1 violations of {len(RULES)} rules in 1 tenants." in said


def test_the_command_looks_at_every_tenant(story: dict[str, Any], slug: str) -> None:
    with planted(BY_CODE["mail_unread"].statements, story):
        code, said = prove()

    assert code == 1
    assert f"{slug}: Every mail that came was read" in said


def test_the_command_refuses_a_tenant_that_is_not_there(story: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match="There is no tenant “nobody”"):
        prove("--tenant", "nobody")
