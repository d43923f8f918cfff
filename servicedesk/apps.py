"""The Django app of the doors, and the moment when the wiring is done."""

from django.apps import AppConfig


class ServicedeskConfig(AppConfig):
    """Names the project's app and installs the walk."""

    name = "servicedesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Install who hears what and who carries out which effect."""
        # The walk imports models, which are not there before this moment.
        from servicedesk.walk import install_walk  # noqa: PLC0415

        install_walk()
