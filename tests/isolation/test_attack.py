# ruff: noqa: S311 - lots are drawn for a test, not for a secret
"""No tenant reaches a row of another, however it is tried; without the wall every try would."""

import logging
from random import Random

import psycopg2
import pytest

from tests.isolation.attempts import (
    BY_REFERENCE,
    READS,
    SINGLE_BY_REFERENCE,
    SINGLE_WRITES,
    WRITES,
    Outcome,
    all_shapes,
    attempts_at,
    carry_out,
)
from tests.isolation.crowd import Crowd
from tests.isolation.roles import APP, HAS_ADMIN, as_admin, connected
from workflow.tenancy.checks import tenant_models

log = logging.getLogger(__name__)
pytestmark = [
    pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test"),
    pytest.mark.usefixtures("committing"),
]

EVERYTHING = {(shape[0], model._meta.db_table) for shape, model, *_ in all_shapes()}
SHAPES = set(READS | WRITES | SINGLE_WRITES | BY_REFERENCE | SINGLE_BY_REFERENCE)
# Why a refusal is one: the wall, the key of the same tenant, or a table that never changes a row.
FIT_REFUSALS = {
    psycopg2.errors.InsufficientPrivilege.__name__,
    psycopg2.errors.ForeignKeyViolation.__name__,
    psycopg2.errors.RestrictViolation.__name__,
    psycopg2.errors.UniqueViolation.__name__,
    psycopg2.errors.CheckViolation.__name__,
    psycopg2.errors.RaiseException.__name__,
}


def attack(crowd: Crowd, *, attempts: int, seed: int) -> Outcome:
    """Try as role app until so many attempts are made, each shape at each table at least once."""
    outcome = Outcome()
    made = attempts_at(crowd, random=Random(seed))
    with connected(APP) as connection, connection.cursor() as at:
        while outcome.attempts < attempts or len(outcome.tried) < len(EVERYTHING):
            carry_out(at, next(made), outcome=outcome)
            connection.rollback()
    return outcome


@pytest.mark.parametrize(
    "attempts", [1_000_000, pytest.param(10_000_000, marks=pytest.mark.full)], ids=str
)
def test_no_attempt_reaches_a_row_of_another_tenant(attempts, crowd):
    seed = Random().randrange(10**9)

    outcome = attack(crowd, attempts=attempts, seed=seed)

    log.info(
        "%d attempts in %d statements, seed %d, refused: %s",
        outcome.attempts,
        outcome.statements,
        seed,
        dict(outcome.refused),
    )
    assert outcome.leaks == {}, f"seed {seed}"
    assert outcome.attempts >= attempts
    assert outcome.tried == EVERYTHING
    assert {why.rsplit(": ", 1)[1] for why in outcome.refused} <= FIT_REFUSALS, outcome.refused


def test_the_control_without_the_wall_every_shape_finds_rows(crowd):
    outcome = Outcome()
    made = attempts_at(crowd, random=Random(7))
    with as_admin() as at:
        for model in tenant_models():
            at.execute(f"DROP POLICY tenant_wall ON {model._meta.db_table}")
        # Neither triggers nor keys help: only what the walls alone kept is looked at.
        at.execute("SET LOCAL session_replication_role = replica")
        at.execute("SET LOCAL ROLE servicedesk_app")
        while outcome.statements < 4_000 and set(outcome.leaks) != SHAPES:
            at.execute("SAVEPOINT before")
            carry_out(at, next(made), outcome=outcome)
            at.execute("ROLLBACK TO SAVEPOINT before")

    assert set(outcome.leaks) == SHAPES
