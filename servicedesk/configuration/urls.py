"""Addresses of the settings."""

from django.urls import path

from servicedesk.configuration import (
    deliveries,
    departments,
    mails,
    overview,
    people,
    routing,
    service_levels,
)

app_name = "settings"
urlpatterns = [
    path("", overview.index, name="index"),
    path("people/", people.people, name="people"),
    path("departments/", departments.departments, name="departments"),
    path("routing/", routing.routing, name="routing"),
    path("service-levels/", service_levels.service_levels, name="service_levels"),
    path("not-delivered/", deliveries.deliveries, name="dead_letters"),
    path("mail/", mails.quarantine, name="quarantine"),
    path("proof/", overview.proof, name="proof"),
    path("history/", overview.history, name="history"),
]
