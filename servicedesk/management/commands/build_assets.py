"""`manage.py build_assets`: stylesheet, icon sprite and font subsets, built when they changed."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

import servicedesk
from servicedesk.pages import assets


class Command(BaseCommand):
    """Build the files that pages load into servicedesk/static/build."""

    help = "Build the stylesheet, the icon sprite and the font subsets, if their inputs changed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --collect."""
        parser.add_argument("--collect", action="store_true", help="collect all static files, too")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Build what changed and say what was built."""
        static = Path(servicedesk.__file__).parent / "static"
        folders = [Path(settings.BASE_DIR) / "templates"]
        built = assets.build(
            wanted=assets.assets(css_folder=static / "css", template_folders=folders),
            into=static / "build",
        )
        self.stdout.write(f"Built {', '.join(built)}." if built else "Assets are up to date.")
        if options["collect"]:
            call_command("collectstatic", interactive=False, verbosity=0)
