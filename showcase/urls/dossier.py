from django.urls import path

from showcase.views import dossier

urlpatterns = [
    path("dossiers/<slug:public_id>.pdf", dossier.submission_pdf, name="submission_pdf"),
]
