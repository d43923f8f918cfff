"""The addresses of the lead's overview and of the radar."""

from django.urls import path

from servicedesk.lead import fix_next, overview, pattern, pattern_acts, radar

app_name = "lead"
urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("fix-next/", fix_next.fix_next, name="fix_next"),
    path("radar/", radar.radar, name="radar"),
    path("radar/decided/", radar.radar_decided, name="radar_decided"),
    path("radar/<int:number>/", pattern.pattern, name="pattern"),
    path("radar/<int:number>/act/", pattern_acts.pattern_act, name="pattern_act"),
]
