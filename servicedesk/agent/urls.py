"""The addresses of the agent workspace."""

from django.urls import path, register_converter

from servicedesk.agent import (
    belongings,
    bulk,
    calls,
    case,
    case_linking,
    case_new,
    case_work,
    clocks,
    customer,
    files,
    held_forms,
    in_hand,
    joining,
    knowing,
    problem_new,
    promises,
    questions,
    queue,
    search,
    triage,
    views,
)
from servicedesk.pages.numbers import CaseNumber, ProblemNumber

register_converter(CaseNumber, "case")
register_converter(ProblemNumber, "suspect")

app_name = "agent"
urlpatterns = [
    path("q/", queue.my_queue, name="queue"),
    path("q/filter/", views.filtered, name="filtered"),
    path("q/bulk/", bulk.bulk, name="bulk"),
    path("q/view/save/", views.save, name="view_save"),
    path("q/view/<int:view_id>/", views.view, name="view"),
    path("q/view/<int:view_id>/remove/", views.remove, name="view_remove"),
    path("q/<slug:view>/", queue.queue, name="queue"),
    path("search/", search.search, name="search"),
    path("customers/<int:contact_id>/", customer.contact, name="contact"),
    path("customers/<int:contact_id>/has/", belongings.belongings, name="belongings"),
    path("customers/<int:contact_id>/join/", joining.join, name="join"),
    path("calls/", calls.calls, name="calls"),
    path("calls/new/", calls.call_new, name="call_new"),
    path("calls/<int:call_id>/case/", calls.call_open_case, name="call_open_case"),
    path("forms/held/", held_forms.held_forms, name="held_forms"),
    path("c/new/", case_new.case_new, name="case_new"),
    path("c/new/similar/", case_new.similar, name="case_new_similar"),
    path("c/new/opens/<slug:kind>/<int:shown_id>/", knowing.opens_new, name="opens_new"),
    path("c/<case:number>/", case.case, name="case"),
    path("c/<case:number>/known/", knowing.known, name="known"),
    path("c/<case:number>/known/judge/", knowing.judge, name="judge"),
    path("c/<case:number>/why/<suspect:problem>/", knowing.why, name="why"),
    path("c/<case:number>/opens/<slug:kind>/<int:shown_id>/", knowing.opens, name="opens"),
    path("c/<case:number>/customer/", customer.customer, name="customer"),
    path("c/<case:number>/clocks/", clocks.clocks, name="clocks"),
    path("c/<case:number>/clocks/<int:clock_id>/", clocks.clock, name="clock"),
    path("c/<case:number>/promise/", promises.promise, name="promise"),
    path("c/<case:number>/clocks/<int:clock_id>/have/", in_hand.in_hand, name="in_hand"),
    path("c/<case:number>/reply/", case_work.reply, name="reply"),
    path("c/<case:number>/act/", case_work.act, name="act"),
    path("c/<case:number>/question/<int:question_id>/", questions.question, name="question"),
    path("c/<case:number>/link/", case_linking.link, name="link"),
    path("c/<case:number>/suggestion/", case_linking.suggestion, name="suggestion"),
    path("c/<case:number>/messages/<int:message_id>/body/", files.mail_body, name="mail_body"),
    path("c/<case:number>/files/<int:file_id>/", files.attachment, name="attachment"),
    path("triage/", triage.triage, name="triage"),
    path("problems/new/", problem_new.problem_new, name="problem_new"),
]
