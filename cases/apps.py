"""The Django app of this room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Names the room for Django."""

    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"
