"""Addresses of recommending authorities."""

from django.urls import URLPattern, path

from showcase.views import authority as views
from showcase.views import sheets

DESK = "authority/<slug:authority_id>/<slug:round_code>"

urlpatterns: list[URLPattern] = [
    path("authority/", views.authority_home, name="authority_home"),
    path(
        "authority/applications/<slug:public_id>/pass-over/",
        views.authority_pass_over,
        name="authority_pass_over",
    ),
    path(f"{DESK}/", views.authority_round, name="authority_round"),
    path(f"{DESK}/send/", views.authority_send, name="authority_send"),
    path(f"{DESK}/list.xlsx", sheets.authority_export, name="authority_export"),
    path(f"{DESK}/import/", sheets.authority_import, name="authority_import"),
    path(
        f"{DESK}/import/<slug:file_id>/", sheets.authority_import_file, name="authority_import_file"
    ),
]
