"""The addresses of doors that stand open to the world."""

from django.urls import path

from servicedesk.doors import forms, hooks

app_name = "doors"
urlpatterns = [
    path("form/<str:key>/", forms.web_form, name="form"),
    path("hooks/in/<str:key>/", hooks.inbound, name="hook"),
]
