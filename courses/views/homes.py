"""Where training staff and learners begin."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from courses.models import Enrolment, Run
from courses.queries.runs import with_seats
from portal.accounts.enums import TRAINING_ROLES, Permission


@login_required
def training_home(request: HttpRequest) -> HttpResponse:
    user = request.user
    works_here = any(user.has_role(role) for role in TRAINING_ROLES)
    if not (works_here or user.may(Permission.COURSES_READ_ALL)):
        raise Http404
    runs = with_seats(Run.objects.visible_to(user)).select_related("course", "lead")
    return render(request, "courses/training_home.html", {"runs": runs})


@login_required
def learning_home(request: HttpRequest) -> HttpResponse:
    own = Enrolment.objects.of(request.user).select_related("run__course", "run__lead")
    return render(request, "courses/learning_home.html", {"enrolments": own})
