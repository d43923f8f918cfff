"""The Django app of this room."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Names the room for Django."""

    name = "workflow"
    default_auto_field = "django.db.models.BigAutoField"
