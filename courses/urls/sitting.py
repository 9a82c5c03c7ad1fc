from django.urls import path

from courses.views.sitting import beginning, papers, saving

urlpatterns = [
    path("learning/<str:public_id>/exams/", beginning.learning_exams, name="learning_exams"),
    path("exams/<str:exam_id>/", beginning.exam_intro, name="exam_intro"),
    path("exams/<str:exam_id>/start/", beginning.exam_start, name="exam_start"),
    path("attempts/<str:attempt_id>/", papers.exam_paper, name="exam_paper"),
    path("attempts/<str:attempt_id>/save/", saving.exam_save, name="exam_save"),
    path("attempts/<str:attempt_id>/state/", saving.exam_state, name="exam_state"),
    path("attempts/<str:attempt_id>/takeover/", beginning.exam_takeover, name="exam_takeover"),
    path("attempts/<str:attempt_id>/submit/", papers.exam_submit, name="exam_submit"),
    path("attempts/<str:attempt_id>/receipt/", papers.exam_receipt, name="exam_receipt"),
]
