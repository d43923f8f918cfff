"""Addresses of the settings."""

from django.urls import path

from servicedesk.configuration import (
    brands,
    calendars,
    deliveries,
    departments,
    history,
    inbound,
    leaving,
    mail_looking,
    mailboxes,
    mails,
    overview,
    people,
    request_types,
    routing,
    service_levels,
    teams,
    web_forms,
    webhooks,
    wording,
)

app_name = "settings"
urlpatterns = [
    path("", overview.index, name="index"),
    path("people/", people.people, name="people"),
    path("people/<int:user_id>/leaving/", leaving.person_leaving, name="person_leaving"),
    path(
        "departments/<int:department_id>/closing/",
        leaving.department_closing,
        name="department_closing",
    ),
    path("departments/", departments.departments, name="departments"),
    path("teams/", teams.teams, name="teams"),
    path("opening-hours/", calendars.calendars, name="calendars"),
    path("brands/", brands.brands, name="brands"),
    path("mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("wording/", wording.wording, name="wording"),
    path("wording/<slug:kind>/", wording.wording_mail, name="wording_mail"),
    path("routing/", routing.routing, name="routing"),
    path("service-levels/", service_levels.service_levels, name="service_levels"),
    path("request-types/", request_types.request_types, name="request_types"),
    path("web-forms/", web_forms.web_forms, name="web_forms"),
    path("inbound-channels/", inbound.inbound, name="inbound"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:webhook_id>/", webhooks.webhook_calls, name="webhook_calls"),
    path("not-delivered/", deliveries.deliveries, name="dead_letters"),
    path("mail/", mails.quarantine, name="quarantine"),
    path("mail/<int:mail_id>/", mail_looking.quarantined_mail, name="quarantined_mail"),
    path("mail/<int:mail_id>/body/", mail_looking.quarantined_body, name="quarantined_body"),
    path("mail/<int:mail_id>/raw/", mail_looking.quarantined_raw, name="quarantined_raw"),
    path("proof/", overview.proof, name="proof"),
    path("history/", history.history, name="history"),
    path("history/file/", history.history_file, name="history_file"),
]
