"""The keys that seal the record: in a file beside the database, never in it.

A key file holds one key a line, `<id> <64 hex digits>`, the one in use first; the others are
retired and only verify what they sealed. Who has the database but not this file cannot rewrite a
chain unseen; who has both can, which only heads kept elsewhere show.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.core.audit.canon import canonical

MISSING = (
    "The record's key is missing: {path}. Run “manage.py make_audit_key” (or put the file back): "
    "without it nothing can be recorded, so nothing can be changed."
)


@dataclass(frozen=True)
class Ring:
    """The key in use and the retired ones, each with its id."""

    keys: tuple[tuple[str, bytes], ...]

    @property
    def current(self) -> str:
        """The id of the key in use."""
        return self.keys[0][0]

    def seal(self, *parts: object) -> str:
        """Return the seal `id:hex` (HMAC-SHA-256) over the parts by the key in use."""
        name, key = self.keys[0]
        return f"{name}:{mac(key, parts)}"

    def holds(self, seal: str, *parts: object) -> bool:
        """Say whether a seal is ours and fits the parts; an unknown key fits nothing."""
        name, _colon, found = seal.partition(":")
        key = dict(self.keys).get(name)
        return key is not None and hmac.compare_digest(mac(key, parts), found)

    def text(self) -> str:
        """Return the key file's text."""
        return "".join(f"{name} {key.hex()}\n" for name, key in self.keys)


def mac(key: bytes, parts: tuple[object, ...]) -> str:
    """Return the HMAC-SHA-256 (hex) over the canonical text of the parts."""
    return hmac.new(key, canonical(list(parts)).encode(), hashlib.sha256).hexdigest()


def key_path() -> Path:
    """Return where the key file lies."""
    return Path(settings.AUDIT_KEY_FILE)


def ring() -> Ring:
    """Return the keys; read anew when the file changes, made at the first call in development.

    Raises ImproperlyConfigured where there is none or it cannot be read as one.
    """
    path = key_path()
    if not path.exists() and settings.AUDIT_KEY_MADE_WHEN_MISSING:
        make_key(path)
    try:
        return read_once(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise ImproperlyConfigured(MISSING.format(path=path)) from error


@lru_cache(maxsize=8)
def read_once(path: Path, _changed: int) -> Ring:
    """Read a key file, once for each time it changed."""
    return read_ring(path.read_text())


def read_ring(text: str) -> Ring:
    """Return the keys of a key file's text. Raises ImproperlyConfigured."""
    try:
        pairs = [line.split() for line in text.splitlines() if line.strip()]
        keys = tuple((name, bytes.fromhex(key)) for name, key in pairs)
    except ValueError as error:
        raise ImproperlyConfigured("The record's key file is damaged.") from error
    if not keys or any(len(key) != 32 or name != id_of(key) for name, key in keys):
        raise ImproperlyConfigured("The record's key file is damaged.")
    return Ring(keys)


def id_of(key: bytes) -> str:
    """Return a key's id: eight hex digits of its hash, so that no two are mixed up."""
    return hashlib.sha256(b"anfan record key" + key).hexdigest()[:8]


def new_line() -> str:
    """Return a new random key as a line of a key file."""
    key = secrets.token_bytes(32)
    return f"{id_of(key)} {key.hex()}\n"


def make_key(path: Path) -> bool:
    """Make a key file that only its owner may read; False when there is one already.

    Written aside and linked into place, so that of two processes one key remains.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = written_aside(path, new_line())
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def rotate_key(path: Path) -> str:
    """Put a new key in front of those of the file; return the id of the retired one."""
    old = read_ring(path.read_text())
    written_aside(path, new_line() + old.text()).replace(path)
    read_once.cache_clear()
    return old.current


def written_aside(path: Path, text: str) -> Path:
    """Write a draft beside a file, for its owner only, and return its path."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    return draft
