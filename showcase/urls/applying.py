"""Addresses of applicants."""

from django.urls import URLPattern, path

from showcase.views import applying as views

urlpatterns: list[URLPattern] = [
    path("apply/", views.submission_list, name="submission_list"),
    path("apply/start/", views.submission_start, name="submission_start"),
    path("apply/<slug:public_id>/", views.submission_detail, name="submission_detail"),
    path("apply/<slug:public_id>/check/", views.submission_check, name="submission_check"),
    path("apply/<slug:public_id>/receipt/", views.submission_receipt, name="submission_receipt"),
    path("apply/<slug:public_id>/withdraw/", views.submission_withdraw, name="submission_withdraw"),
    path(
        "apply/<slug:public_id>/revisions/",
        views.submission_revisions,
        name="submission_revisions",
    ),
    path(
        "apply/<slug:public_id>/revisions/<int:number>/",
        views.submission_revision,
        name="submission_revision",
    ),
    path(
        "apply/<slug:public_id>/files/<slug:code>/add/", views.attachment_add, name="attachment_add"
    ),
    path(
        "apply/<slug:public_id>/files/<slug:file_id>/",
        views.attachment_file,
        name="attachment_file",
    ),
    path(
        "apply/<slug:public_id>/files/<slug:file_id>/remove/",
        views.attachment_remove,
        name="attachment_remove",
    ),
    path(
        "apply/<slug:public_id>/<slug:section>/",
        views.submission_section,
        name="submission_section",
    ),
]
