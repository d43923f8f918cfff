"""The addresses of problems."""

from django.urls import path, register_converter

from servicedesk.pages.numbers import ProblemNumber
from servicedesk.problem import (
    accountable,
    after,
    budget,
    causes,
    change_acts,
    changes,
    clocks,
    customer_acts,
    customers,
    follow,
    in_hand,
    journey,
    journey_looks,
    listing,
    problem,
    promise_list,
    steps,
    task_acts,
    task_pages,
    work,
)

register_converter(ProblemNumber, "problem")

app_name = "problem"
urlpatterns = [
    path("problems/", listing.problems, name="list"),
    path("promises/", promise_list.promises, name="promises"),
    path("p/<problem:number>/", problem.problem, name="problem"),
    path("p/<problem:number>/customers/", customers.customers, name="customers"),
    path("p/<problem:number>/customers/act/", customer_acts.act, name="customers_act"),
    path("p/<problem:number>/after/", after.after, name="after"),
    path("p/<problem:number>/after/act/", after.act, name="after_act"),
    path("p/<problem:number>/clocks/", clocks.clocks, name="clocks"),
    path("p/<problem:number>/clocks/<int:clock_id>/", clocks.clock, name="clock"),
    path("p/<problem:number>/clocks/<int:clock_id>/have/", in_hand.in_hand, name="in_hand"),
    path("p/<problem:number>/follow/", follow.follow, name="follow"),
    path("p/<problem:number>/budget/", budget.budget, name="budget"),
    path("p/<problem:number>/journey/", journey.journey, name="journey"),
    path("p/<problem:number>/journey/file/", journey_looks.journey_file, name="journey_file"),
    path("p/<problem:number>/statement/", journey.statement, name="statement"),
    path("p/<problem:number>/accountable/", accountable.accountable, name="accountable"),
    path("p/<problem:number>/step/", steps.step, name="step"),
    path("p/<problem:number>/approval/", steps.approval, name="approval"),
    path("p/<problem:number>/act/", work.act, name="act"),
    path("p/<problem:number>/tasks/", task_pages.ask, name="ask_department"),
    path("t/<int:task>/", task_pages.task, name="task"),
    path("t/<int:task>/act/", task_acts.act, name="task_act"),
    path("changes/", changes.changes, name="changes"),
    path("changes/new/", changes.new, name="change_new"),
    path("changes/<int:change>/", changes.change, name="change"),
    path("changes/<int:change>/plan/", changes.revise, name="change_revise"),
    path("changes/<int:change>/act/", change_acts.act, name="change_act"),
    path("p/<problem:number>/causes/", causes.analyses, name="analyses"),
    path("p/<problem:number>/causes/<int:analysis>/", causes.analysis, name="analysis"),
    path("p/<problem:number>/causes/<int:analysis>/act/", causes.act, name="analysis_act"),
]
