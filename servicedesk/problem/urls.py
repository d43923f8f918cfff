"""The addresses of problems."""

from django.urls import path, register_converter

from servicedesk.pages.numbers import ProblemNumber
from servicedesk.problem import (
    accountable,
    budget,
    clocks,
    customers,
    in_hand,
    journey,
    listing,
    problem,
    steps,
    work,
)

register_converter(ProblemNumber, "problem")

app_name = "problem"
urlpatterns = [
    path("problems/", listing.problems, name="list"),
    path("p/<problem:number>/", problem.problem, name="problem"),
    path("p/<problem:number>/customers/", customers.customers, name="customers"),
    path("p/<problem:number>/clocks/", clocks.clocks, name="clocks"),
    path("p/<problem:number>/clocks/<int:clock_id>/", clocks.clock, name="clock"),
    path("p/<problem:number>/clocks/<int:clock_id>/have/", in_hand.in_hand, name="in_hand"),
    path("p/<problem:number>/budget/", budget.budget, name="budget"),
    path("p/<problem:number>/journey/", journey.journey, name="journey"),
    path("p/<problem:number>/statement/", journey.statement, name="statement"),
    path("p/<problem:number>/accountable/", accountable.accountable, name="accountable"),
    path("p/<problem:number>/step/", steps.step, name="step"),
    path("p/<problem:number>/approval/", steps.approval, name="approval"),
    path("p/<problem:number>/act/", work.act, name="act"),
]
