"""What `manage.py` adds to a command before Django sees it."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from servicedesk.devservices import provisioning
from servicedesk.devservices.sessions import session
from workflow.refusals import Refusal

TRY_AGAIN_LATER = 75  # EX_TEMPFAIL: a mail server keeps the mail and comes back
COMMANDS_OF_OWNER = frozenset({"migrate"})


def run_management_command(
    arguments: Sequence[str], *, execute: Callable[[list[str]], None]
) -> None:
    """Run one of Django's commands beside the servers of DATA_DIR.

    Exits with a sentence when they cannot be started; 75 for `receive_mail`, else 1.
    """
    command = arguments[1] if len(arguments) > 1 else ""
    if command == "provision_database":
        os.environ.update(named_by_admin(os.environ))
    try:
        with session(os.environ) as added:
            os.environ.update(added)
            execute(as_owner(arguments))
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(TRY_AGAIN_LATER if command == "receive_mail" else 1)


def as_owner(arguments: Sequence[str]) -> list[str]:
    """Let the commands that change tables sign in as the owner of the database."""
    given = list(arguments)
    named = any(word == "--database" or word.startswith("--database=") for word in given)
    if len(given) > 1 and given[1] in COMMANDS_OF_OWNER and not named:
        given[2:2] = ["--database", "owner"]
    return given


def named_by_admin(environ: Mapping[str, str]) -> dict[str, str]:
    """Return URLs without passwords where only the administrator's is known.

    The roles may have no passwords yet, and a server that an administrator names is used, not ours.
    """
    admin = environ.get("DATABASE_ADMIN_URL", "")
    if not admin:
        return {}
    roles = {
        "DATABASE_URL": provisioning.APP,
        "DATABASE_OWNER_URL": provisioning.OWNER,
        "DATABASE_SWEEPER_URL": provisioning.SWEEPER,
    }
    return {
        name: provisioning.with_role(admin, role=role, password="", database=provisioning.DATABASE)
        for name, role in roles.items()
        if not environ.get(name)
    }
