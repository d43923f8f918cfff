"""`manage.py provision_database`: make the roles, the database and its grants."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from servicedesk.devservices import provisioning
from servicedesk.env import read_environment


class Command(BaseCommand):
    """Makes the roles from an administrator's URL; uses that role alone and may run again."""

    help = "Make roles, database and grants from DATABASE_ADMIN_URL. May run again and again."
    requires_system_checks = ()

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        environment = read_environment(os.environ)
        if not environment.database_admin_url:
            raise CommandError(
                _("DATABASE_ADMIN_URL is not set. Set it to the URL of an administrator.")
            )
        urls = {
            provisioning.APP: ("DATABASE_URL", environment.database_url),
            provisioning.OWNER: ("DATABASE_OWNER_URL", environment.database_owner_url),
            provisioning.SWEEPER: ("DATABASE_SWEEPER_URL", environment.database_sweeper_url),
        }
        passwords = {
            role: unquote(urlsplit(url).password or "") for role, (_name, url) in urls.items()
        }
        database = urlsplit(environment.database_url).path.removeprefix("/")
        invented = provisioning.provision(
            environment.database_admin_url,
            database=unquote(database) or provisioning.DATABASE,
            passwords=passwords,
        )
        self.stdout.write(_("Roles, database and grants are in place."))
        if invented:
            self.stdout.write(_("New passwords were made. Keep these lines; they are shown once:"))
        for role, password in invented.items():
            name, url = urls[role]
            self.stdout.write(
                f"{name}="
                + provisioning.with_role(url, role=role, password=password, database=database)
            )
