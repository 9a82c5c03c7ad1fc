"""The key that signs credentials, and the keys the public may believe.

One private key file is in use (CREDENTIAL_KEY_FILE); `retired/` beside it holds the public keys of
former ones, which stay published until somebody takes them away.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from courses.credentials import (
    KeyFileError,
    KeySet,
    SigningKey,
    new_key,
    public_pem,
    public_set,
    read_public_key,
    read_signing_key,
)
from portal.core.denials import Denied


def key_file() -> Path | None:
    """Return where the signing key should lie, or None where no place was named."""
    return Path(settings.CREDENTIAL_KEY_FILE) if settings.CREDENTIAL_KEY_FILE else None


def signing_key() -> SigningKey:
    """Return the key in use; in development it is made at the first call.

    Raises Denied where the site has none, or one that cannot be used.
    """
    path = key_file()
    if path is not None and not path.exists() and settings.CREDENTIAL_KEY_MADE_WHEN_MISSING:
        make_key(path)
    if path is None or not path.exists():
        raise Denied(
            _(
                "This site has no key to sign certificates with. "
                "Ask the administrator to run “manage.py make_credential_key”."
            ),
            code="certificate.key",
        )
    try:
        return read_once(path, path.stat().st_mtime_ns)
    except KeyFileError as error:
        raise Denied(
            _("The key that signs certificates cannot be used: ask the administrator."),
            code="certificate.key",
        ) from error


@lru_cache(maxsize=4)
def read_once(path: Path, _changed: int) -> SigningKey:
    """Read a key file, once for each time it changed."""
    return read_signing_key(path.read_bytes())


def published_keys() -> KeySet:
    """Return the keys that the public may believe: the one in use and the retired ones.

    Without any key the set is empty: a page that verifies then says so.
    """
    path = key_file()
    if path is None:
        return public_set([])
    current = [signing_key().private.public_key()] if has_key() else []
    retired = [read_public_key(one.read_bytes()) for one in retired_files(path)]
    return public_set([*current, *retired])


def has_key() -> bool:
    """Say whether certificates can be signed here."""
    try:
        signing_key()
    except Denied:
        return False
    return True


def retired_files(path: Path) -> list[Path]:
    """Return the public keys beside a key file that stay published."""
    return sorted((path.parent / "retired").glob("*.pem"))


def make_key(path: Path) -> bool:
    """Make a key file that only its owner may read; False when there is one already.

    Written aside and linked into place, so that of two processes one key remains.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_bytes(new_key())
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def rotate_key(path: Path) -> str:
    """Retire the key in use and make a new one; return the retired key's thumbprint.

    The old private key is replaced; its public half stays published as `retired/<thumbprint>.pem`.
    """
    old = read_signing_key(path.read_bytes())
    folder = path.parent / "retired"
    folder.mkdir(exist_ok=True)
    (folder / f"{old.thumbprint}.pem").write_bytes(public_pem(old.private.public_key()))
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    make_key(draft)
    draft.replace(path)
    return old.thumbprint
