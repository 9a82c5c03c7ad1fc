from django.urls import path

from courses.views import learning, practice, sessions

urlpatterns = [
    # the learner's side
    path("learning/attend/<str:session_id>/", sessions.learning_attend, name="learning_attend"),
    path("learning/<str:public_id>/", learning.learning_run, name="learning_run"),
    path(
        "learning/<str:public_id>/units/<slug:module>/<slug:unit>/",
        learning.learning_unit,
        name="learning_unit",
    ),
    path(
        "learning/<str:public_id>/units/<slug:module>/<slug:unit>/complete/",
        learning.learning_unit_complete,
        name="learning_unit_complete",
    ),
    path(
        "learning/<str:public_id>/sessions/",
        sessions.learning_sessions,
        name="learning_sessions",
    ),
    path(
        "learning/<str:public_id>/practice/",
        practice.learning_practice,
        name="learning_practice",
    ),
    path(
        "learning/<str:public_id>/practice/<str:task_id>/",
        practice.learning_practice_task,
        name="learning_practice_task",
    ),
    path(
        "learning/<str:public_id>/works/<str:work_id>/file/",
        practice.learning_practice_file,
        name="learning_practice_file",
    ),
    # the run's side
    path("training/runs/<str:public_id>/units/", learning.run_units, name="run_units"),
    path(
        "training/runs/<str:public_id>/units/<slug:module>/<slug:unit>/",
        learning.run_unit,
        name="run_unit",
    ),
    path("training/runs/<str:public_id>/sessions/", sessions.run_sessions, name="run_sessions"),
    path("training/runs/<str:public_id>/sessions/new/", sessions.session_new, name="session_new"),
    path("training/sessions/<str:public_id>/", sessions.session_list, name="session_list"),
    path("training/sessions/<str:public_id>/edit/", sessions.session_edit, name="session_edit"),
    path("training/sessions/<str:public_id>/code/", sessions.session_code, name="session_code"),
    path("training/sessions/<str:public_id>/close/", sessions.session_close, name="session_close"),
    path(
        "training/sessions/<str:public_id>/export/",
        sessions.session_export,
        name="session_export",
    ),
    path("training/runs/<str:public_id>/practice/", practice.run_practice, name="run_practice"),
    path(
        "training/works/<str:work_id>/file/",
        practice.practice_work_file,
        name="practice_work_file",
    ),
]
