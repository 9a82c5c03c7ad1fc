"""The expert's desk and the chair's page."""

from django.urls import URLPattern, path

from evaluation.views import chair, desk

urlpatterns: list[URLPattern] = [
    path("desk/", desk.desk_home, name="desk_home"),
    path("desk/chair/", chair.desk_chair, name="desk_chair"),
    path(
        "desk/chair/ties/<str:submission>/<str:expert>/<slug:kind>/",
        chair.desk_decide,
        name="desk_decide",
    ),
    path("desk/chair/<str:public_id>/reopen/", chair.desk_reopen, name="desk_reopen"),
    path("desk/<str:public_id>/", desk.desk_ballot, name="desk_ballot"),
    path("desk/<str:public_id>/declare/", desk.desk_declare, name="desk_declare"),
    path("desk/<str:public_id>/save/", desk.desk_save, name="desk_save"),
    path("desk/<str:public_id>/sheet/", desk.desk_sheet, name="desk_sheet"),
    path("desk/<str:public_id>/files/<str:file_id>/", desk.desk_file, name="desk_file"),
]
