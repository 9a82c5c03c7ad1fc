"""Passwords that anybody would guess: a common one with something around it, a word of this site,
one of a list of leaked ones.

Django's own list of 20,000 common passwords knows few that are as long as ours must be; people
lengthen a short one instead ("password2026!"). The site asks nobody outside about a password; who
keeps it may lay a list of leaked ones beside it (`LEAKED_PASSWORDS`). How long one must be and the
other checks are in settings.AUTH_PASSWORD_VALIDATORS.
"""

import hashlib
import mmap
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# How people write letters otherwise.
LEET = str.maketrans("013457@$!", "oleastasi")
# So much around a common password makes it a good one no more than less does.
AROUND = 8
# What must be left of a password without the words of this site, and without repetition.
LEFT, DIFFERENT = 8, 5
WORDS = ("anfan", "安范", "工业互联网", "industrialinternet", "password", "密码", "wagtail")


@lru_cache
def common() -> frozenset[str]:
    """Return Django's list of common passwords, small letters; read once."""
    return frozenset(CommonPasswordValidator().passwords)


def folded(text: str) -> str:
    """Return a text in small letters and narrow signs, without blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).casefold())


def hearts(password: str) -> Iterator[str]:
    """Yield what a password may be a common one at heart: without signs around, once, not leet."""
    plain = folded(password)
    before = re.sub(r"[\W\d_]+$", "", plain)
    for text in (plain, plain.strip("0123456789"), before, re.sub(r"^[\W\d_]+", "", before)):
        for heart in (text, text.translate(LEET)):
            yield heart
            if repeated := re.fullmatch(r"(.+?)\1+", heart):
                yield repeated.group(1)


class CommonHeartValidator:
    """Refuse a common password with up to eight signs around it, doubled, or in other letters."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = folded(password)
        for heart in hearts(password):
            around = len(plain.translate(LEET).replace(heart.translate(LEET), "")) if heart else 0
            if heart in common() and around <= AROUND:
                raise ValidationError(
                    _("This is a common password with something around it."), code="common_heart"
                )
        if len(set(plain)) < DIFFERENT:
            raise ValidationError(
                _("This password repeats the same few signs."), code="few_different"
            )

    def get_help_text(self) -> str:
        return _("No common password with a year or signs around it.")


class SiteWordsValidator:
    """Refuse a password that is little more than a word of this site, or of one's own affairs."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = rest = folded(password)
        for word in sorted(words_of(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != plain and len(rest) < LEFT:
            raise ValidationError(
                _("This is little more than a name that everybody here knows."), code="site_word"
            )

    def get_help_text(self) -> str:
        return _("Not the name of this site, of an organisation or of yourself.")


def words_of(user: Any) -> set[str]:
    """Return the words that anybody would try here for this person; documented in security.md."""
    found = {*WORDS, settings.WAGTAIL_SITE_NAME, settings.SITE_FACTS["organiser"]}
    found |= set((urlsplit(settings.BASE_URL).hostname or "").split("."))
    if user is not None:
        found |= {user.email.partition("@")[0], *user.email.partition("@")[2].split(".")}
        found.add(getattr(user, "name", ""))
        if user.pk:
            found |= {one.organisation.name for one in user.memberships.select_related()}
    words = {folded(word) for word in found}
    # Two Chinese characters make a word, four letters.
    return {word for word in words if len(word) >= (4 if word.isascii() else 2)}


# --- leaked passwords -----------------------------------------------------------------------------

DIGEST = 40  # hexadecimal digits of a SHA-1


def is_leaked(password: str) -> bool:
    """Say whether a password is in the list of leaked ones; never without a list.

    The list is a file of lines that begin with a SHA-1 in hexadecimal digits, in ascending order,
    as the Pwned Passwords are published; whatever follows the digits is not read. Some thirty
    looks into the file, however long it is.
    """
    if not settings.LEAKED_PASSWORDS:
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with (
        Path(settings.LEAKED_PASSWORDS).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines,
    ):
        low, high = 0, len(lines)
        while low < high:
            begin = lines.rfind(b"\n", 0, (low + high) // 2) + 1
            if lines[begin : begin + DIGEST].upper() < digest:
                end = lines.find(b"\n", begin, high)
                low = high if end < 0 else end + 1
            else:
                high = begin
        return lines[low : low + DIGEST].upper() == digest


class LeakedValidator:
    """Refuse a password that is in the list of leaked ones, where there is a list."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_leaked(password):
            raise ValidationError(
                _("This password is known from a theft at another site."), code="leaked"
            )

    def get_help_text(self) -> str:
        return _("Not one that you use elsewhere.")
