"""Addresses of this app, by workspace."""

from django.urls import include, path

urlpatterns = [
    path("", include("courses.urls.homes")),
    path("", include("courses.urls.enrolment")),
    path("", include("courses.urls.learning")),
    path("", include("courses.urls.sitting")),
    path("", include("courses.urls.exams")),
    path("", include("courses.urls.marking")),
    path("", include("courses.urls.certificates")),
]
