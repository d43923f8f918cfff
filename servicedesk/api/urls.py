"""Addresses of the interface for programs; a slash at the end may stand or be left out."""

from django.http import HttpRequest
from django.urls import re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from servicedesk.api.cases import Cases, Messages, OneCase
from servicedesk.api.problems import (
    AffectedByProblem,
    JourneyOfProblem,
    OneProblem,
    Problems,
    Steps,
)
from servicedesk.api.refusals import not_found
from servicedesk.pages.guards import public

app_name = "api"

CASE = r"^v1/cases/(?P<number>[0-9]{1,15})"
PROBLEM = r"^v1/problems/(?P<number>(?:[Pp]-)?[0-9]{1,15})"


class Nowhere(APIView):
    """Every other address under /api/."""

    permission_classes = ()
    authentication_classes = ()
    schema = None

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> Response:
        """Say so, whatever was asked."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request)
        self.headers = {}
        return self.finalize_response(self.request, not_found())


urlpatterns = [
    re_path(r"^v1/cases/?$", Cases.as_view(), name="cases"),
    re_path(rf"{CASE}/?$", OneCase.as_view(), name="case"),
    re_path(rf"{CASE}/messages/?$", Messages.as_view(), name="messages"),
    re_path(r"^v1/problems/?$", Problems.as_view(), name="problems"),
    re_path(rf"{PROBLEM}/?$", OneProblem.as_view(), name="problem"),
    re_path(rf"{PROBLEM}/steps/?$", Steps.as_view(), name="steps"),
    re_path(rf"{PROBLEM}/journey/?$", JourneyOfProblem.as_view(), name="journey"),
    re_path(rf"{PROBLEM}/affected/?$", AffectedByProblem.as_view(), name="affected"),
    re_path(
        r"^schema/?$",
        public("the schema holds no data, and programs read it before they have a token")(
            # Said here, since a version that somebody asks for would stand in a header.
            SpectacularAPIView.as_view(api_version="1")
        ),
        name="schema",
    ),
    re_path(r"", public("it only says that nothing is here")(Nowhere.as_view()), name="nowhere"),
]
