"""Verify a credential or a certificate on this machine alone: no database, no network."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from courses.credentials import (
    CarrierError,
    KeyFileError,
    KeySet,
    StatusError,
    TokenError,
    facts_in,
    is_consistent,
    is_set,
    key_set_of,
    read_token,
    status_places,
    token_in,
)
from courses.services.keys import has_key, key_file, published_keys
from portal.core import clock
from portal.core.templatetags.formatting import day

LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Command(BaseCommand):
    help = (
        "Verify a credential (.jwt) or a certificate (.pdf) without database and network, and say "
        "in words what holds and what was not checked. Fails (exit code 1) for what is refused."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--keys", type=Path, help="the published key set (JWKS)")
        parser.add_argument(
            "--status", type=Path, action="append", default=[], help="a downloaded status list"
        )
        parser.add_argument("--language", choices=LANGUAGES, default="zh")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(LANGUAGES[options["language"]]):
            keys = self.keys(options["keys"])
            payload = self.genuine(options["file"], keys)
            self.tell_facts(payload)
            refusals = [*self.judge_dates(payload), *self.judge_status(payload, options, keys)]
            if refusals:
                raise CommandError(" ".join(refusals))
            self.stdout.write(_("Nothing speaks against this credential."))

    def keys(self, path: Path | None) -> KeySet:
        """The keys to believe: a file, else this machine's own."""
        try:
            if path is not None:
                return key_set_of(json.loads(path.read_text(encoding="utf-8")))
            own = key_file()
            if own is not None and own.exists() and has_key():
                return published_keys()
        except (OSError, ValueError, KeyFileError) as error:
            raise CommandError(f"{path}: {error}") from error
        raise CommandError(_("Name the published key set with --keys."))

    def genuine(self, path: Path, keys: KeySet) -> dict[str, Any]:
        """The payload of a credential whose signature holds."""
        try:
            payload = read_token(token_in(path.read_bytes()), keys)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except CarrierError as error:
            raise CommandError(_("The file carries no credential of this site.")) from error
        except TokenError as error:
            raise CommandError(refusal(error.code)) from error
        if not is_consistent(payload):
            raise CommandError(_("The credential contradicts itself."))
        self.stdout.write(_("The signature holds: not a byte was changed since it was signed."))
        return payload

    def tell_facts(self, payload: dict[str, Any]) -> None:
        facts = facts_in(payload)
        assert facts is not None  # is_consistent has read them
        for label, value in (
            (_("Certificate number"), facts.number),
            (_("Holder"), facts.holder),
            (_("Course"), facts.course_title),
            (_("Course level"), facts.level),
            (_("Class hours"), f"{facts.hours.normalize():f}"),
            (_("Issued by"), facts.issuer),
            (_("Issued on"), day(facts.issued_on)),
            (_("Valid until"), day(facts.expires_on)),
        ):
            self.stdout.write(f"  {label}: {value}")

    def judge_dates(self, payload: dict[str, Any]) -> list[str]:
        facts, today = facts_in(payload), clock.today()
        assert facts is not None
        if today > facts.expires_on:
            return [_("It expired on %(day)s.") % {"day": day(facts.expires_on)}]
        if today < facts.issued_on:
            return [_("It is not valid before %(day)s.") % {"day": day(facts.issued_on)}]
        self.stdout.write(_("Today lies within its validity."))
        return []

    def judge_status(
        self, payload: dict[str, Any], options: dict[str, Any], keys: KeySet
    ) -> list[str]:
        """Look into the lists that were given; say of the others that nobody looked."""
        lists = dict(self.status_list(path, keys) for path in options["status"])
        found = []
        for purpose, url, place in status_places(payload):
            name = PURPOSES.get(purpose, purpose)
            if url not in lists:
                said = _("Not checked whether it is %(state)s: no list was given (%(url)s).")
                self.stdout.write(said % {"state": name, "url": url})
                continue
            encoded, since = lists[url]
            try:
                is_hit = is_set(encoded, place)
            except StatusError as error:
                raise CommandError(_("A status list cannot be read.")) from error
            if is_hit:
                found.append(_("It is %(state)s.") % {"state": name})
            else:
                said = _("It is not %(state)s, by the list of %(since)s.")
                self.stdout.write(said % {"state": name, "since": since})
        return found

    def status_list(self, path: Path, keys: KeySet) -> tuple[str, tuple[str, str]]:
        """A signed list: its address, and its bits with the moment they were true."""
        try:
            payload = read_token(path.read_text(encoding="ascii").strip(), keys)
            encoded = payload["credentialSubject"]["encodedList"]
            return payload["id"], (encoded, payload["validFrom"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = _("not a status list signed by this site")
            raise CommandError(f"{path}: {reason}") from error


# Lazy texts: the language is chosen by an option.
PURPOSES = {
    "revocation": translation.gettext_lazy("revoked"),
    "suspension": translation.gettext_lazy("suspended"),
}


def refusal(code: str) -> str:
    """Say why a token is refused."""
    if code == "key":
        return _("REFUSED: it was signed with a key that is not among the published ones.")
    if code == "signature":
        return _("REFUSED: it was changed after it was signed.")
    return _("REFUSED: it is no credential of this site or is damaged.")
