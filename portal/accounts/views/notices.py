"""Notices to oneself: the inbox, opening and ticking off, how each group reaches one."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.forms import NoticeChoiceForm
from portal.accounts.queries import inbox_of, notices_of
from portal.accounts.services import noticing


@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    inbox = inbox_of(request.user, request.GET.get("group", ""), request.GET.get("only", ""))
    page = Paginator(inbox.notices, 20).get_page(request.GET.get("page"))
    return render(request, "accounts/notification_list.html", {"page_obj": page, "inbox": inbox})


@require_POST
@login_required
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Tick off one notice, or all; `open` leads on to what the one is about."""
    chosen = notices_of(request.user)
    one = request.POST.get("notice", "")
    if one:
        chosen = chosen.filter(pk=one if one.isdecimal() else 0)
    target = chosen.values_list("url", flat=True).first() if one else ""
    noticing.mark_read(notices=chosen, by=request.user)
    if "open" in request.POST and target and url_has_allowed_host_and_scheme(target, None):
        return redirect(target)
    return redirect("notification_list")


@login_required
def notice_settings(request: HttpRequest) -> HttpResponse:
    form = NoticeChoiceForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        noticing.choose_manners(by=request.user, manners=form.manners())
        messages.success(request, _("Saved."))
        return redirect("notice_settings")
    status = 422 if form.errors else 200
    context = {"form": form, "hour": settings.NOTICE_DIGEST_HOUR}
    return render(request, "accounts/notice_settings.html", context, status=status)
