"""Addresses of this app."""

from django.urls import path

from portal.core.views import jobs

urlpatterns = [
    path("jobs/<slug:public_id>/", jobs.job_detail, name="job_detail"),
    path("jobs/<slug:public_id>/cancel/", jobs.job_cancel, name="job_cancel"),
]
