"""Why a file is not taken: one code for each reason, and the words a person reads.

Every text says what to do. `%(name)s` is the file's shown name. Not for who may upload: that is
the business of the object's rule.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REASONS = {
    "type": _("“%(name)s” is not one of the accepted types. Upload %(types)s."),
    "empty": _("“%(name)s” is empty. Choose the file again."),
    "size": _(
        "“%(name)s” has %(size).1f MB, more than %(max)d MB. "
        "Compress it or split it and upload again."
    ),
    "name": _(
        "The name “%(name)s” hides a program's name. Rename the file so that it has one ending."
    ),
    "content": _("“%(name)s” is not a real %(type)s file. Export it again as %(types)s."),
    "damaged": _(
        "“%(name)s” is damaged or not complete. Open it, save it anew and upload it again."
    ),
    "polyglot": _(
        "“%(name)s” holds a second file behind or inside its first one. Open it, save it anew and "
        "upload it again."
    ),
    "script": _(
        "“%(name)s” holds a script or starts a program when it is opened. "
        "Print it to a new PDF and upload that."
    ),
    "attachment": _(
        "“%(name)s” carries a program as an attachment. Take the attachment out and upload it "
        "again."
    ),
    "password": _(
        "“%(name)s” is protected by a password, so nobody who judges it could open it. "
        "Save it without a password and upload it again."
    ),
    "macro": _("“%(name)s” holds macros. Save it as %(type)s without macros and upload it again."),
    "external": _(
        "“%(name)s” fetches a template, a picture or data from elsewhere when it is opened. "
        "Break its links to other files and upload it again."
    ),
    "object": _(
        "“%(name)s” has another document or program embedded in it. Take the object out, or paste "
        "it as a picture, and upload it again."
    ),
    "entities": _(
        "“%(name)s” defines entities in its XML, as no office program does. Open it, save it anew "
        "and upload it again."
    ),
    "member": _(
        "“%(name)s” is packed in a way no office program packs it. Open it, save it anew and "
        "upload it again."
    ),
    "bomb": _(
        "“%(name)s” unpacks to far more than is accepted. Remove what is not needed, make its "
        "pictures smaller and upload it again."
    ),
    "pixels": _(
        "The picture “%(name)s” has more than %(pixels)d million pixels or is too long. "
        "Make it smaller and upload it again."
    ),
}


class Unfit(Exception):
    """A file's content is not acceptable; `code` is one of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refusal(code: str, **facts: Any) -> ValidationError:
    """Return the error of a refusal, with what its text names."""
    return ValidationError(REASONS[code], code=code, params=facts)
