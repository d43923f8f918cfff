"""Addresses of signing in and out; the start page itself is dispatched by `servicedesk.urls`."""

from django.urls import path

from servicedesk.home import absences, signing_in
from servicedesk.pages.brand_colour import stylesheet

urlpatterns = [
    path("absences/", absences.absences, name="absences"),
    path("colour/<str:colour>.css", stylesheet, name="colour"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("demo/sign-in/", signing_in.demo_sign_in, name="demo_sign_in"),
]
