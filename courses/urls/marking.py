"""The bank of questions, setting examinations, marking, results."""

from django.urls import path

from courses.views import bank, exams, marking, results

urlpatterns = [
    path("training/bank/<slug:course>/", bank.bank_list, name="bank_list"),
    path("training/bank/<slug:course>/import/", bank.bank_import, name="bank_import"),
    path("training/bank/<slug:course>/new/<slug:kind>/", bank.bank_new, name="bank_new"),
    path(
        "training/bank/<slug:course>/question/<str:code>/", bank.bank_question, name="bank_question"
    ),
    path(
        "training/bank/<slug:course>/question/<str:code>/retire/",
        bank.bank_retire,
        name="bank_retire",
    ),
    path("training/runs/<str:run>/exams/", exams.run_exams, name="run_exams"),
    path("training/runs/<str:run>/exams/new/", exams.exam_new, name="exam_new"),
    path("training/exams/<str:exam>/", exams.exam_board, name="exam_board"),
    path("training/exams/<str:exam>/edit/", exams.exam_edit, name="exam_edit"),
    path("training/exams/<str:exam>/step/", exams.exam_step, name="exam_step"),
    path("training/exams/<str:exam>/extra-time/", exams.exam_extra_time, name="exam_extra_time"),
    path("training/exams/<str:exam>/marking/", marking.exam_marking, name="exam_marking"),
    path(
        "training/exams/<str:exam>/marking/<str:attempt>/<str:place>/",
        marking.exam_mark_attempt,
        name="exam_mark_attempt",
    ),
    path("training/exams/<str:exam>/regrade/", marking.exam_regrade, name="exam_regrade"),
    path("training/exams/<str:exam>/statistics/", results.exam_statistics, name="exam_statistics"),
    path("training/runs/<str:run>/rating/", marking.run_rating, name="run_rating"),
    path("training/practice/<str:work>/", marking.practice_rate, name="practice_rate"),
    path("training/practice/<str:work>/file/", marking.practice_file, name="practice_file"),
    path("training/runs/<str:run>/results/", results.run_results, name="run_results"),
    path("training/runs/<str:run>/results/settle/", results.run_settle, name="run_settle"),
    path("learning/attempts/<str:attempt>/review/", results.attempt_review, name="attempt_review"),
]
