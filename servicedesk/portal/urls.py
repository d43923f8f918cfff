"""Addresses of the portal."""

from django.urls import path, register_converter

from servicedesk.pages.numbers import CaseNumber
from servicedesk.portal import (
    entering,
    issues,
    known,
    linked,
    linked_problem,
    listing,
    new_issue,
    preferences,
    reading,
    stopping,
)

register_converter(CaseNumber, "issue")

app_name = "portal"
urlpatterns = [
    path("", listing.home, name="home"),
    path("sign-in/", entering.sign_in, name="sign_in"),
    path("sign-in/sent/", entering.sign_in_sent, name="sign_in_sent"),
    path("sign-out/", entering.sign_out, name="sign_out"),
    path("enter/<str:token>/", entering.enter, name="enter"),
    path("open/<str:token>/", linked.follow, name="link"),
    path("linked/<issue:number>/", linked.issue, name="linked_issue"),
    path("linked/<issue:number>/files/<str:key>/", linked.file, name="linked_file"),
    path("about/<str:token>/", linked_problem.follow, name="problem_link"),
    path("linked-problem/<issue:number>/", linked_problem.problem, name="linked_problem"),
    path("new/", new_issue.new, name="new"),
    path("new/likely/", new_issue.likely, name="likely"),
    path("issues/", listing.issues, name="issues"),
    path("issues/<issue:number>/", issues.issue, name="issue"),
    path("issues/<issue:number>/files/<str:key>/", issues.file, name="file"),
    path("known/", known.known, name="known"),
    path("known/<issue:number>/", known.problem, name="problem"),
    path("articles/", reading.articles, name="articles"),
    path("a/<issue:number>/", reading.article, name="article"),
    path("a/<issue:number>/me-too/", reading.me_too, name="me_too"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("stop/<str:word>/", stopping.stop, name="stop"),
]
