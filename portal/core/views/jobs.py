"""A page for whoever waits for background work: progress, what failed, a way to cancel."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.core.models import Job
from portal.core.queue import cancel_job


@login_required
def job_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    job = get_object_or_404(Job, by=request.user, public_id=public_id)
    return render(request, "core/job_detail.html", {"job": job})


@require_POST
@login_required
def job_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    job = get_object_or_404(Job, by=request.user, public_id=public_id)
    cancel_job(job=job, by=request.user)
    return redirect("job_detail", public_id)
