"""Addresses of signing in and out; the start page itself is dispatched by `servicedesk.urls`."""

from django.urls import path

from servicedesk.home import signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("demo/sign-in/", signing_in.demo_sign_in, name="demo_sign_in"),
]
