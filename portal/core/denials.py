"""Refusals that a person can read."""

from django.utils.functional import Promise


class Denied(Exception):
    """An action is refused; `reason` says why in the reader's language.

    `code` is stable for tests and logs. The screen shows the reason beside the control,
    or as a 403 page. A thing the reader may not even know of raises Http404 instead.
    """

    def __init__(self, reason: str | Promise, code: str = "denied") -> None:
        super().__init__(code)
        self.reason = reason
        self.code = code

    def __str__(self) -> str:
        return str(self.reason)
