"""The addresses of doors that stand open to the world."""

from django.urls import path

from servicedesk.doors import decisions, forms, hooks

app_name = "doors"
urlpatterns = [
    path("form/<str:key>/", forms.web_form, name="form"),
    path("decide/<str:token>/", decisions.decide, name="decide"),
    path("hooks/in/<str:key>/", hooks.inbound, name="hook"),
]
