"""The addresses of a department's work."""

from django.urls import path

from servicedesk.department import board, requests, task_lists

app_name = "department"
urlpatterns = [
    path("work/", board.board, name="board"),
    path("work/requests/", requests.requests, name="requests"),
    path("work/tasks/", task_lists.tasks, name="tasks"),
]
