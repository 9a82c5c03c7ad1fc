from django.urls import path

from courses.views import enrolling, roster, runs

urlpatterns = [
    path("training/runs/new/", runs.run_new, name="run_new"),
    path("training/runs/<str:public_id>/", runs.run_board, name="run_board"),
    path("training/runs/<str:public_id>/edit/", runs.run_edit, name="run_edit"),
    path("training/runs/<str:public_id>/step/<slug:verb>/", runs.run_step, name="run_step"),
    path("training/runs/<str:public_id>/duties/<slug:kind>/", runs.duty_assign, name="duty_assign"),
    path(
        "training/runs/<str:public_id>/duties/<slug:kind>/answer/",
        runs.duty_decide,
        name="duty_decide",
    ),
    path(
        "training/runs/<str:public_id>/enrolments/",
        enrolling.run_enrolments,
        name="run_enrolments",
    ),
    path(
        "training/runs/<str:public_id>/enrolments/<str:enrolment_id>/",
        enrolling.enrolment_decide,
        name="enrolment_decide",
    ),
    path("training/runs/<str:public_id>/roster/", roster.run_roster, name="run_roster"),
    path(
        "training/runs/<str:public_id>/roster/template/",
        roster.run_roster_template,
        name="run_roster_template",
    ),
    path(
        "training/runs/<str:public_id>/roster/<str:file_id>/",
        roster.run_roster_file,
        name="run_roster_file",
    ),
    path(
        "training/runs/<str:public_id>/roster/<str:file_id>/corrected/",
        roster.run_roster_corrected,
        name="run_roster_corrected",
    ),
    path(
        "training/runs/<str:public_id>/roster/<str:file_id>/undo/",
        roster.run_roster_undo,
        name="run_roster_undo",
    ),
    path("learning/runs/<str:public_id>/request/", enrolling.run_request, name="run_request"),
    path(
        "learning/places/<str:public_id>/withdraw/",
        enrolling.enrolment_withdraw,
        name="enrolment_withdraw",
    ),
    path("learning/places/<str:public_id>/take/", enrolling.enrolment_take, name="enrolment_take"),
]
