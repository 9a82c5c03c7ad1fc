"""A person's rights over their data: texts and consents, a copy, closing the account."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.accounts.forms import ClosureForm, ConsentForm
from portal.accounts.models import Consent, DataCopy
from portal.accounts.queries.personal import texts_not_agreed, waiting_closure
from portal.accounts.services import closing, consenting, copying
from portal.core import legal_texts, personal
from portal.core.files import deliver


def legal_text(request: HttpRequest, document: str) -> HttpResponse:
    if document not in legal_texts.NAMES:
        raise Http404
    versions = legal_texts.all_versions(document)
    wanted = request.GET.get("version", "")
    found = next((one for one in versions if one.version == wanted), None)
    context = {
        "text": found or legal_texts.in_force(document),
        "current": legal_texts.in_force(document),
        "versions": versions[::-1],
    }
    return render(request, "accounts/legal_text.html", context)


@login_required
def consent_give(request: HttpRequest) -> HttpResponse:
    following = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        following = reverse("workspace")
    texts = texts_not_agreed(request.user)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if texts and request.method == "POST" and form.is_valid():
        consenting.give_consents(by=request.user, way=Consent.Way.SIGN_IN)
        texts = []
    if not texts:
        request.session.pop(consenting.DUE, None)
        return redirect(following)
    before = set(request.user.consents.values_list("document", flat=True))
    context = {"form": form, "texts": texts, "before": before, "following": following}
    status = 422 if form.errors else 200
    return render(request, "accounts/consent_give.html", context, status=status)


@login_required
@never_cache
def personal_home(request: HttpRequest) -> HttpResponse:
    context = {
        "consents": request.user.consents.all(),
        "names": legal_texts.NAMES,
        "copy": request.user.data_copies.select_related("job", "file").first(),
        "closure": waiting_closure(request.user),
    }
    return render(request, "accounts/personal_home.html", context)


@require_POST
@login_required
def personal_copy(request: HttpRequest) -> HttpResponse:
    copy = copying.ask_for_copy(by=request.user)
    if copy.job is not None and copy.made_at is None:
        return redirect("job_detail", copy.job.public_id)
    return redirect("personal_home")


@require_POST  # fetching is written into the record, and a GET changes nothing
@login_required
@never_cache
def personal_copy_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    copy = get_object_or_404(DataCopy, person=request.user, public_id=public_id)
    if not copy.is_ready or copy.file is None:
        raise Http404
    copying.note_fetch(copy=copy, by=request.user)
    return deliver(request, copy.file)


@login_required
@reauthentication_required(allow_get=True)
def personal_close(request: HttpRequest) -> HttpResponse:
    if waiting_closure(request.user):
        return redirect("personal_home")
    obstacles = personal.obstacles_of(request.user)
    form = ClosureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not obstacles:
        closing.ask_to_close(by=request.user)
        messages.success(request, _("Your account will be closed in seven days."))
        return redirect("personal_home")
    context = {"form": form, "kept": personal.kept_of(request.user), "obstacles": obstacles}
    status = 422 if form.errors or (request.method == "POST" and obstacles) else 200
    return render(request, "accounts/personal_close.html", context, status=status)


@require_POST
@login_required
def personal_keep(request: HttpRequest) -> HttpResponse:
    closure = waiting_closure(request.user)
    if closure is not None:
        closing.take_back(closure=closure, by=request.user)
        messages.success(request, _("Your account stays."))
    return redirect("personal_home")
