"""The Django app of this room."""

from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    """Names the room for Django."""

    name = "problems"
    default_auto_field = "django.db.models.BigAutoField"
