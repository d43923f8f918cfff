"""PostgreSQL as Django knows it, told at each BEGIN which tenant is current."""

from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import Error
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from workflow.tenancy.prepared import Plans
from workflow.tenancy.scope import current_tenant_id


class DatabaseWrapper(base.DatabaseWrapper):
    """Sends the current tenant as a setting that ends with the transaction.

    A setting of the session would outlive the transaction on a pooled connection and show one
    tenant's rows to another: see docs/security.md.
    """

    tenant_in_transaction: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._tell_single_statement)
        self.plans = Plans(self)

    def init_connection_state(self) -> None:
        """Begin without a plan: those of the connection before went with it."""
        super().init_connection_state()
        self.plans = Plans(self)

    def close(self) -> None:
        """End the connection, and its plans: the next statement may be the first of another one."""
        super().close()
        self.plans = Plans(self)

    def _tell_single_statement(
        self, execute: Any, sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Tell the tenant to a statement outside a transaction, in the same breath.

        PostgreSQL runs what arrives as one simple query in one transaction, so the setting ends
        with the statement. Without this such a statement would see no row at all.
        """
        tenant_id = current_tenant_id()
        if tenant_id is not None and not self.in_atomic_block and self.autocommit:
            sql = f"SELECT set_config('app.tenant_id', '{tenant_id:d}', true); {sql}"
        with self.plans.forgotten_if_unfit():
            return execute(sql, params, many, context)

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs leave it out
        self.tenant_in_transaction = None
        tenant_id = current_tenant_id()
        if not autocommit and tenant_id is not None:
            try:
                self.tell_tenant(tenant_id)
            except Error:
                # The transaction has begun for PostgreSQL and not for Django: nobody would end it.
                self.close()
                raise

    def tell_tenant(self, tenant_id: int | None) -> None:
        """Tell PostgreSQL the tenant until the transaction ends; one statement."""
        value = "" if tenant_id is None else str(tenant_id)
        connection: Any = self.connection
        # The raw cursor: query counters and loggers see only what the product asked for.
        with self.wrap_database_errors, connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant_id', %s, true)", (value,))
        self.tenant_in_transaction = tenant_id

    def retell_tenant(self, tenant_id: int | None) -> None:
        """Go back to the tenant that was told before.

        A broken transaction refuses every statement; the rollback to its savepoint brings the
        earlier setting back by itself.
        """
        connection: Any = self.connection
        if connection is None or connection.closed:
            return
        if connection.get_transaction_status() == TRANSACTION_STATUS_INERROR:
            self.tenant_in_transaction = tenant_id
            return
        self.tell_tenant(tenant_id)
