"""For system administrators: mails that did not get through, and sending them again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.core.outbox import send_again, stuck_mails


def check_runs_the_system(request: HttpRequest) -> None:
    """Rule: the outbox is seen by system administrators only; for others it is not there."""
    if not request.user.is_superuser:
        raise Http404


@login_required
def mail_list(request: HttpRequest) -> HttpResponse:
    check_runs_the_system(request)
    page = Paginator(stuck_mails(), 50).get_page(request.GET.get("page"))
    return render(request, "core/mail_list.html", {"page_obj": page})


@require_POST
@login_required
def mail_again(request: HttpRequest) -> HttpResponse:
    check_runs_the_system(request)
    number = request.POST.get("mail", "")
    mail = stuck_mails().filter(pk=number).first() if number.isdecimal() else None
    if mail is not None and send_again(mail=mail, by=request.user):
        messages.success(request, _("It is tried again now, and for another day."))
    else:
        messages.info(request, _("This mail is not stuck any more."))
    return redirect("mail_list")
