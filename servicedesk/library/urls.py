"""Addresses of the articles."""

from django.urls import path, register_converter

from servicedesk.library import articles
from servicedesk.pages.numbers import CaseNumber

register_converter(CaseNumber, "article")

app_name = "knowledge"
urlpatterns = [
    path("", articles.articles, name="list"),
    path("<article:number>/", articles.article, name="article"),
]
