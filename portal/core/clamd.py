"""Asking a ClamAV daemon about one file: its INSTREAM command, over a socket or TCP.

https://docs.clamav.net/manual/Usage/Scanning.html: `zINSTREAM`, then parts each with its length
in four bytes, a part of length zero, and one line as the answer.
"""

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

PART = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 5, 120
ANSWER_MAX = 4096
# With AlertExceedsMax the daemon says so of what it did not look into; that is no finding.
NOT_LOOKED_INTO = "Heuristics.Limits.Exceeded"


class ScannerAway(Exception):
    """The daemon does not answer, or could not look into this file; the text says why."""


def connect(url: str) -> socket.socket:
    """Return a connection to a daemon named by `unix:/path` or `tcp://host:port`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(CONNECT_SECONDS)
        try:
            link.connect(parts.path)
        except OSError:
            link.close()
            raise
        return link
    if parts.scheme != "tcp" or not parts.hostname:
        raise ScannerAway(f"CLAMD_URL must be unix:/path or tcp://host:port, not {url}")
    return socket.create_connection((parts.hostname, parts.port or 3310), CONNECT_SECONDS)


def ask(url: str, command: bytes, content: Iterable[bytes] = ()) -> str:
    """Send a command, with content for INSTREAM, and return the one line of the answer."""
    try:
        with connect(url) as link:
            link.settimeout(ANSWER_SECONDS)
            link.sendall(b"z" + command + b"\0")
            if command == b"INSTREAM":
                send(link, content)
            return answer_of(link)
    except OSError as error:
        raise ScannerAway(f"{type(error).__name__}: {error}") from error


def send(link: socket.socket, content: Iterable[bytes]) -> None:
    """Send the content in parts; the daemon that has had enough hangs up and has said why."""
    try:
        for chunk in content:
            for at in range(0, len(chunk), PART):
                part = chunk[at : at + PART]
                link.sendall(struct.pack(">I", len(part)) + part)
        link.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def answer_of(link: socket.socket) -> str:
    """Return the daemon's line; nothing at all is a fault."""
    said = b""
    while len(said) < ANSWER_MAX and b"\0" not in said:
        chunk = link.recv(ANSWER_MAX)
        if not chunk:
            break
        said += chunk
    text = said.rstrip(b"\0\n").decode(errors="replace")
    if not text:
        raise ScannerAway("the scanner hung up without an answer")
    return text


def scan(url: str, content: Iterable[bytes]) -> str:
    """Return the name of what was found in some bytes, or nothing. Raises ScannerAway."""
    said = ask(url, b"INSTREAM", content).removeprefix("stream: ")
    if said == "OK":
        return ""
    found = said.removesuffix(" FOUND")
    if found == said or found.startswith(NOT_LOOKED_INTO):
        raise ScannerAway(said)
    return found


def version(url: str) -> str:
    """Return what the daemon says of itself and its signatures. Raises ScannerAway."""
    return ask(url, b"VERSION")
