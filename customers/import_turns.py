"""Imports of one tenant go one after another: each waits for its turn, and not for ever."""

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope

# What PostgreSQL calls it that a lock was not to be had in time.
LOCK_NOT_AVAILABLE = "55P03"


class AnotherImportAtWork(Refusal):
    """An import of the tenant holds the turn for longer than anybody waits."""

    code = "another_import_at_work"


def take_turns() -> None:
    """Wait until no other import of the tenant is at work; held until the transaction ends.

    Raises:
        AnotherImportAtWork: it took longer than a statement waits for a lock.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"{tenant_of_the_scope()}:import"],
            )
    except OperationalError as problem:
        if getattr(problem.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        raise AnotherImportAtWork(
            _("Another import is at work."), next_step=_("Try again in a minute.")
        ) from problem
