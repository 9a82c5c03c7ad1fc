"""Addresses of this app."""

from django.urls import path

from portal.core.views import jobs, mails

urlpatterns = [
    path("system/mails/", mails.mail_list, name="mail_list"),
    path("system/mails/<int:mail_id>/again/", mails.mail_again, name="mail_again"),
    path("jobs/<slug:public_id>/", jobs.job_detail, name="job_detail"),
    path("jobs/<slug:public_id>/cancel/", jobs.job_cancel, name="job_cancel"),
]
