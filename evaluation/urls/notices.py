from django.urls import URLPattern, path

from evaluation.views import notices as views

urlpatterns: list[URLPattern] = [
    path("notices/", views.notice_list, name="notice_list"),
    path("notices/<slug:public_id>/", views.notice_detail, name="notice_detail"),
    path(
        "notices/<slug:public_id>/objections/<slug:receipt>/",
        views.objection_receipt,
        name="objection_receipt",
    ),
    path("office/notices/<slug:public_id>/", views.notice_admin, name="notice_admin"),
    path(
        "office/notices/<slug:public_id>/announce/", views.notice_announce, name="notice_announce"
    ),
    path("office/objections/<slug:public_id>/", views.objection_decide, name="objection_decide"),
    path("office/objections/<slug:public_id>/hold/", views.objection_hold, name="objection_hold"),
    path(
        "office/objections/<slug:public_id>/evidence/",
        views.objection_evidence,
        name="objection_evidence",
    ),
]
