"""Addresses of this app, by workspace."""

from django.urls import include, path

urlpatterns = [
    path("", include("courses.urls.homes")),
    path("", include("courses.urls.enrolment")),
    # Before learning: "learning/hours/" is no learner's run.
    path("", include("courses.urls.certificates")),
    path("", include("courses.urls.learning")),
    path("", include("courses.urls.sitting")),
    path("", include("courses.urls.exams")),
    path("", include("courses.urls.marking")),
]
