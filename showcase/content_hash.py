"""The fingerprint of what was handed in. Pure.

It covers the form's version, every answer and the digest of every file, so that a receipt
proves what was received. Not for the audit chain, which has its own.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def canonical(data: Any) -> bytes:
    """Return the one UTF-8 text of `data`: sorted keys, no spaces, Unicode kept."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def content_hash(*, form: int, data: Mapping[str, Any], files: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 (64 hex digits) over form version, data and (code, digest) of files.

    Rule: files count in the order of code and digest, so that the order of uploading does
    not matter; any other change gives another hash.
    """
    content = {"form": form, "data": data, "files": sorted([code, sha] for code, sha in files)}
    return hashlib.sha256(canonical(content)).hexdigest()
