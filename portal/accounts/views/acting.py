"""The system administrator's page to act as a person, and the way back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.forms import ActingForm
from portal.accounts.models import Acting
from portal.accounts.rules.acting import MINUTES
from portal.accounts.services.acting import begin_acting, end_acting
from portal.core.denials import Denied

SHOWN = 20


@login_required
def acting_start(request: HttpRequest) -> HttpResponse:
    if not request.user.is_superuser:
        raise Http404
    form = ActingForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and begun(request, form):
        return redirect("workspace")
    spells = Acting.objects.select_related("by", "person")[:SHOWN]
    context = {"form": form, "spells": spells, "minutes": MINUTES}
    status = 422 if form.errors else 200
    return render(request, "accounts/acting_start.html", context, status=status)


def begun(request: HttpRequest, form: ActingForm) -> bool:
    """Begin; a refusal stays on the form."""
    try:
        begin_acting(request, person=form.person, reason=form.cleaned_data["reason"])
    except Denied as denied:
        form.add_error(None, str(denied))
        return False
    return True


@require_POST
@login_required
def acting_stop(request: HttpRequest) -> HttpResponse:
    spell = getattr(request, "acting", None)
    if spell is None:
        raise Http404
    end_acting(request, spell)
    messages.success(request, _("You are yourself again."))
    return redirect("acting_start")
