"""The Django app of this room."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Names the room for Django."""

    name = "customers"
    default_auto_field = "django.db.models.BigAutoField"
