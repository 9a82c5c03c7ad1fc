"""Addresses of this app."""

from django.urls import path

from portal.core.views import jobs, mails, uploads

urlpatterns = [
    path("system/mails/", mails.mail_list, name="mail_list"),
    path("system/mails/again/", mails.mail_again, name="mail_again"),
    path("jobs/<slug:public_id>/", jobs.job_detail, name="job_detail"),
    path("jobs/<slug:public_id>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("uploads/", uploads.upload_begin, name="upload_begin"),
    path("uploads/<slug:public_id>/", uploads.upload_part, name="upload_part"),
    path("uploads/<slug:public_id>/cancel/", uploads.upload_cancel, name="upload_cancel"),
]
