"""A program that asks for notifications while everything around it is shot at.

`python -m tests.effects.producing TENANT_ID`: one for each contact of the tenant. What it asks for
is asked again until it stands; now and then it asks for something and thinks better of it.
"""

import os
import sys
from datetime import UTC, datetime
from threading import Event

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

import django

django.setup()

from django.db import DatabaseError, InterfaceError, connections, transaction  # noqa: E402

from customers.models import Contact  # noqa: E402
from servicedesk.notifications.asking import Asked, notify  # noqa: E402
from servicedesk.notifications.models import NotificationKind  # noqa: E402
from workflow.tenancy.scope import tenant_scope  # noqa: E402

AT_ONCE = 5
PAUSE_SECONDS = 0.08


def main(tenant_id: int) -> None:
    """Ask for all of them, a few in each transaction."""
    pause = Event()
    with tenant_scope(tenant_id):
        contacts = list(Contact.objects.order_by("id").values_list("id", flat=True))
        for place in range(0, len(contacts), AT_ONCE):
            few = contacts[place : place + AT_ONCE]
            ask_until_it_stands(few)
            if place % (10 * AT_ONCE) == 0:
                think_better_of(few)
            pause.wait(PAUSE_SECONDS)


def asked(contacts: list[int], *, occasion: str) -> list[Asked]:
    """Return who is to be told."""
    return [
        Asked(key=f"{occasion}:{pk}", kind=NotificationKind.PORTAL_LINK, contact_id=pk)
        for pk in contacts
    ]


def ask_until_it_stands(contacts: list[int]) -> None:
    """Ask; nobody knows whether a commit that broke off stands, and the key makes it one."""
    while True:
        try:
            with transaction.atomic():
                notify(asked(contacts, occasion="fire"), at=datetime.now(UTC))
        except (DatabaseError, InterfaceError):
            connections["default"].close()
        else:
            return


def think_better_of(contacts: list[int]) -> None:
    """Ask, and roll it back: nobody may be told."""
    try:
        with transaction.atomic():
            notify(asked(contacts, occasion="never"), at=datetime.now(UTC))
            transaction.set_rollback(True)
    except (DatabaseError, InterfaceError):
        connections["default"].close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
