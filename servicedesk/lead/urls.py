"""The addresses of the lead's overview."""

from django.urls import path

from servicedesk.lead import overview

app_name = "lead"
urlpatterns = [path("overview/", overview.overview, name="overview")]
