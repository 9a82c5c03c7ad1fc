"""The printed dossier, for everybody who may see the application."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from showcase.exports.dossier import dossier_pdf
from showcase.models import Submission


@login_required
def submission_pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    visible = Submission.objects.visible_to(request.user).select_related(
        "round__form", "applicant", "direction"
    )
    submission = get_object_or_404(visible, public_id=public_id)
    pdf = dossier_pdf(submission, reader=request.user)
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"{submission.number or submission.public_id}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response
