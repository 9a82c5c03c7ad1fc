"""What certifiers type about a certificate, and what anybody types to verify one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.certification import NumberError, parse_number
from courses.certification.numbering import CertificateNumber
from courses.credentials import CarrierError, token_in
from courses.rules.certificates import REASON_MAX, REASON_MIN
from portal.core.typed import TypedForm

UPLOAD_MAX = 5 * 1024 * 1024
NUMBER_FAULTS = {
    "length": _(
        "A certificate number has 18 characters beside the dashes; this has more or fewer."
    ),
    "character": _(
        "This has a character that certificate numbers never use (I, O, S, V, Z or a sign)."
    ),
    "form": _(
        "A certificate number reads GHA-year-issuer-serial-check, like GHA-2026-0001-000001-N."
    ),
    "check": _(
        "The number fails its check: at least one character is mistyped. Compare it with the paper."
    ),
    "year": _("There is no such year in certificate numbers."),
    "serial": _("Serial numbers begin at 000001."),
}
CARRIER_FAULTS = {
    "empty": _("The file is empty. Choose the credential (.jwt) or the certificate (.pdf)."),
    "too_large": _("The file is larger than 5 MB; a certificate or credential of ours never is."),
    "pdf_without": _(
        "This PDF carries no credential. Upload the file as it was downloaded here: a scan or a "
        "printout saved as PDF has lost it. Or check by number and name."
    ),
    "none": _("This is neither a credential (.jwt) nor a certificate (.pdf) of this site."),
    "several": _("This PDF carries several credentials. Upload them one by one."),
}


def number_fault(text: str, error: NumberError) -> str:
    """Say what is wrong with a number and show how it was read; nothing is guessed."""
    return str(
        _("%(fault)s Read as: %(read)s")
        % {"fault": NUMBER_FAULTS[error.code], "read": error.read or text[:40]}
    )


class VerifyForm(TypedForm):
    """A number and a name; the number comes out parsed."""

    number = forms.CharField(
        label=_("Certificate number"),
        help_text=_("Begins with GHA; the last character is a check"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "input mono", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Holder's name"),
        help_text=_("As on the certificate"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )

    def clean_number(self) -> CertificateNumber:
        text = self.cleaned_data["number"]
        try:
            return parse_number(text)
        except NumberError as error:
            raise forms.ValidationError(number_fault(text, error)) from error


class NameForm(TypedForm):
    """The name alone, where the number is known."""

    name = VerifyForm.base_fields["name"]


class UploadForm(TypedForm):
    """A credential or a certificate; the credential comes out as text."""

    file = forms.FileField(
        label=_("Credential or certificate"),
        help_text=_("The .jwt file or the PDF as it was downloaded here, at most 5 MB"),
        widget=forms.FileInput(attrs={"accept": ".jwt,.txt,.pdf"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        try:
            if upload.size > UPLOAD_MAX:
                raise CarrierError("too_large")
            return token_in(upload.read())
        except CarrierError as error:
            raise forms.ValidationError(CARRIER_FAULTS[error.code]) from error


def reason_field(label: Any, hint: Any) -> forms.CharField:
    """A reason in words that the public may read."""
    return forms.CharField(
        label=label,
        help_text=hint,
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4}),
    )


class ReasonForm(TypedForm):
    """Why a certificate is suspended or to be revoked."""

    reason = reason_field(
        _("Reason"), _("The public reads it on the verification page, and the holder in a notice")
    )


class DecisionForm(TypedForm):
    """The second person's decision; declining needs a reason."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("confirm", _("Revoke the certificate")), ("decline", _("Do not revoke it"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason for not revoking"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )


class ReissueForm(TypedForm):
    """The corrected name, and why a new certificate is needed."""

    holder = forms.CharField(
        label=_("Holder's name"),
        help_text=_("Course, hours and organisations are read anew from the run"),
        max_length=50,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    reason = reason_field(_("Reason"), _("Kept in the record; the holder reads it in a notice"))
