"""The addresses of a department's work."""

from django.urls import path

from servicedesk.department import board

app_name = "department"
urlpatterns = [path("work/", board.board, name="board")]
