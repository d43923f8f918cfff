"""Every URL."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from servicedesk.home.views import home
from servicedesk.pages.guards import public
from servicedesk.pages.start import desk


@public("leads on only; each page it leads to has a guard of its own")
def start(request: HttpRequest) -> HttpResponse:
    """Show the installation's front page at its own host, a person's desk at a tenant's host."""
    return home(request) if getattr(request, "tenant", None) is None else desk(request)


urlpatterns = [
    path("", start, name="home"),
    path("", include("servicedesk.home.urls")),
    path("", include("servicedesk.agent.urls")),
    path("", include("servicedesk.problem.urls")),
    path("", include("servicedesk.department.urls")),
    path("", include("servicedesk.lead.urls")),
    path("", include("servicedesk.reports.urls")),
    path("help/", include("servicedesk.portal.urls")),
    path("settings/", include("servicedesk.configuration.urls")),
    path("kb/", include("servicedesk.library.urls")),
    path("", include("servicedesk.doors.urls")),
    path("api/", include("servicedesk.api.urls")),
]
handler400 = "servicedesk.pages.refusals.bad_request"
handler403 = "servicedesk.pages.refusals.not_permitted"
handler404 = "servicedesk.pages.refusals.not_found"
handler500 = "servicedesk.pages.refusals.server_error"
