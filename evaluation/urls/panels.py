"""The secretariat's panel screens."""

from django.urls import URLPattern, path

from evaluation.views import panels as views

ROUND = "office/rounds/<slug:code>"

urlpatterns: list[URLPattern] = [
    path(f"{ROUND}/panels/", views.panel_board, name="panel_board"),
    path(f"{ROUND}/panels/draw/", views.panel_draw, name="panel_draw"),
    path(f"{ROUND}/panels/chairs/", views.panel_chairs, name="panel_chairs"),
    path(f"{ROUND}/panels/<str:public_id>/publish/", views.panel_publish, name="panel_publish"),
    path(f"{ROUND}/panels/<str:public_id>/discard/", views.panel_discard, name="panel_discard"),
    path(f"{ROUND}/seats/<str:public_id>/replace/", views.panel_replace, name="panel_replace"),
    path(f"{ROUND}/conflicts/", views.panel_conflicts, name="panel_conflicts"),
    path(f"{ROUND}/conflicts/detect/", views.panel_detect, name="panel_detect"),
    path(
        f"{ROUND}/conflicts/<str:submission>/<str:expert>/<slug:kind>/",
        views.panel_decide,
        name="panel_decide",
    ),
    path(f"{ROUND}/progress/", views.panel_progress, name="panel_progress"),
    path(f"{ROUND}/progress/remind/", views.panel_remind, name="panel_remind"),
]
