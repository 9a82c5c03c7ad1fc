"""Another house: a small OpenID Connect provider on this machine, with faults to order.

Discovery, authorisation by code, PKCE (S256), a signed ID token, profile and keys; each code works
once. Not for production: whoever asks is let in as the person that the test names.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "anfan", "not-a-secret"


@dataclass
class House:
    """The provider's state: who is let in, what is wrong with the next token, what was asked."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    bend: dict[str, Any] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorise(self, query: dict[str, str]) -> str:
        """Return where the browser is sent back to, with a code."""
        self.asked.append(query)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def redeem(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Return the tokens of a code, once, to who knows secret and verifier."""
        query = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if not query or not known or proof != query.get("code_challenge"):
            self.refused.append(form.get("code", ""))
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": query.get("nonce"),
            **self.person,
            **self.bend,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": "access", "token_type": "Bearer", "id_token": token}

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": "one", "alg": "RS256", "use": "sig"}]}


def flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


class Door(BaseHTTPRequestHandler):
    """The house's addresses."""

    house: House

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.house.authorise(flat(parts.query)))
            self.end_headers()
            return
        pages = {
            "/.well-known/openid-configuration": self.house.discovery(),
            "/userinfo": self.house.person | self.house.profile,
            "/jwks": self.house.keys(),
        }
        self.answer(pages.get(parts.path))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.answer(self.house.redeem(flat(self.rfile.read(length).decode())))

    def answer(self, data: dict[str, Any] | None) -> None:
        body = json.dumps(data or {"error": "invalid_grant"}).encode()
        self.send_response(200 if data else 400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def open_house() -> Iterator[House]:
    """Run the provider on a free port of this machine for the time of the block."""
    house = House(person={"sub": "p-1", "email": "guest@example.org", "name": "示例来客"})
    house.person["email_verified"] = True
    door = type("OwnDoor", (Door,), {"house": house})
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    house.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
