"""The Django app of this room."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """Names the room for Django."""

    name = "knowledge"
    default_auto_field = "django.db.models.BigAutoField"
