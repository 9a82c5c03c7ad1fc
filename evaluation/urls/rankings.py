from django.urls import URLPattern, path

from evaluation.views import rankings as views

BASE = "office/rounds/<slug:code>/ranking/"
urlpatterns: list[URLPattern] = [
    path(BASE, views.ranking_board, name="ranking_board"),
    path(f"{BASE}freeze/", views.ranking_freeze, name="ranking_freeze"),
    path(f"{BASE}verify/", views.ranking_verify, name="ranking_verify"),
    path(f"{BASE}workbook/", views.ranking_workbook_download, name="ranking_workbook_download"),
    path(f"{BASE}publish/", views.ranking_publish, name="ranking_publish"),
    path(f"{BASE}entries/<slug:public_id>/", views.ranking_entry, name="ranking_entry"),
]
