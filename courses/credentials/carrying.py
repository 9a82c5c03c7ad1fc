"""Finding a credential in what people upload: the text itself, or our PDF that carries it.

No PDF is parsed: our own documents hold the credential as one compressed stream, and unpacking
streams up to a limit finds it, whatever else the file holds.
"""

from __future__ import annotations

import re
import zlib

TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]{8,8192}\.eyJ[A-Za-z0-9_-]{8,49152}\.[A-Za-z0-9_-]{8,8192}")
STREAM = re.compile(rb"stream\r?\n")
BYTES_MAX = 5 * 1024 * 1024
STREAMS_MAX = 2000
UNPACKED_MAX = 64 * 1024
UNPACKED_IN_ALL = 32 * 1024 * 1024


class CarrierError(ValueError):
    """No credential in the file. Codes: empty, too_large, pdf_without, none, several."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def token_in(data: bytes) -> str:
    """Return the one credential in a file: plain text, or an attachment of a PDF.

    A text file must hold the credential and nothing else, so that nothing stands beside it
    unsigned. CarrierError otherwise.
    """
    if len(data) > BYTES_MAX:
        raise CarrierError("too_large")
    if not data.strip():
        raise CarrierError("empty")
    if data.lstrip()[:5] == b"%PDF-":
        return _token_in_pdf(data)
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise CarrierError("none") from error
    # A changed credential is still looked at, to say that it was changed.
    if text.count(".") != 2 or len(text.split()) != 1:
        raise CarrierError("none")
    return text


def _token_in_pdf(data: bytes) -> str:
    found = {match.group() for match in TOKEN.finditer(data)}
    budget = UNPACKED_IN_ALL
    for number, stream in enumerate(STREAM.finditer(data)):
        if number >= STREAMS_MAX or budget <= 0:
            break
        unpacked = _unpacked(data[stream.end() : stream.end() + 2 * UNPACKED_MAX])
        budget -= len(unpacked)
        whole = TOKEN.fullmatch(unpacked.strip())
        found |= {whole.group()} if whole else set()
    if len(found) > 1:
        raise CarrierError("several")
    if not found:
        raise CarrierError("pdf_without")
    return found.pop().decode()


def _unpacked(packed: bytes) -> bytes:
    """The beginning of a compressed stream, or nothing for another kind."""
    try:
        return zlib.decompressobj().decompress(packed, UNPACKED_MAX)
    except zlib.error:
        return b""
