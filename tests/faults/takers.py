"""Learners who sit an examination over HTTP, remember what was acknowledged and never give up."""

import json
import random
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any

QUESTION = re.compile(r'data-question="([^"]+)" data-number="\d+" data-kind="(\w+)"')
TIMEOUT = 15
RETRY = 0.25
AUTOMATIC = ("single", "truefalse", "multiple", "numeric", "short")


@dataclass
class Figures:
    """Seconds of answered requests by what they were for; tries that got no good answer."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failures: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, seconds: float) -> None:
        with self.lock:
            self.seconds.setdefault(what, []).append(seconds)

    def fail(self) -> None:
        with self.lock:
            self.failures += 1

    def share(self, what: str, percent: int) -> float:
        """The time within which so many per cent were answered, in milliseconds."""
        known = sorted(self.seconds.get(what, [0.0]))
        return 1000 * known[min(len(known) - 1, len(known) * percent // 100)]


@dataclass
class Acknowledged:
    """One save that the server said it has."""

    question: str
    key: str
    revision: int
    response: Any


class Taker:
    """One learner at one browser."""

    def __init__(self, port: int, session: str, exam: str, figures: Figures, seed: int) -> None:
        self.port, self.exam, self.figures = port, exam, figures
        token = secrets.token_hex(16)
        self.cookies = {"sessionid": session, "csrftoken": token}
        self.headers = {"X-CSRFToken": token}
        self.random = random.Random(seed)
        self.attempt = self.receipt = ""
        self.kinds: dict[str, str] = {}
        self.revisions: dict[str, int] = {}
        self.acknowledged: list[Acknowledged] = []
        self.strange: list[str] = []

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, str, str]:
        """One request: status, location, text. Raises OSError or HTTPException without answer."""
        headers = self.headers | {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        data = json.dumps(body).encode() if body is not None else b""
        if body is not None:
            headers |= {"Content-Type": "application/json"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, data if method == "POST" else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for line in answer.headers.get_all("Set-Cookie") or []:
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
            return answer.status, answer.headers.get("Location", ""), text
        finally:
            connection.close()

    def insist(self, what: str, method: str, path: str, body: Any = None) -> tuple[int, str, str]:
        """Repeat a request until the server gives an answer that is its own (below 500)."""
        while True:
            started = time.perf_counter()
            try:
                status, location, text = self.request(method, path, body)
            except (OSError, HTTPException):
                status = 599
            if status < 500:
                self.figures.add(what, time.perf_counter() - started)
                return status, location, text
            self.figures.fail()
            time.sleep(RETRY * (1 + self.random.random()))

    def arrive(self) -> None:
        """Open the page with the rules and the button, where learners wait for the hour."""
        self.insist("arrival", "GET", f"/exams/{self.exam}/")

    def start(self) -> None:
        began = time.perf_counter()
        status, location, text = self.insist("start", "POST", f"/exams/{self.exam}/start/")
        if status != 302:
            raise RuntimeError(f"start: {status} {text[:300]}")
        self.attempt = location.rstrip("/").rsplit("/", 1)[1]
        _status, where, page = self.insist("paper", "GET", location)
        if where.endswith("/takeover/"):  # the answer with this browser's mark was lost
            self.insist("takeover", "POST", where)
            _status, where, page = self.insist("paper", "GET", location)
        self.figures.add("start to paper", time.perf_counter() - began)
        self.kinds = dict(QUESTION.findall(page))
        if not self.kinds:
            raise RuntimeError(f"no paper: {_status} {where} {page[:300]}")

    def answer(self) -> None:
        """Change one answer and insist until it is acknowledged."""
        question = self.random.choice(list(self.kinds))
        response = self.thought(self.kinds[question])
        key, base = secrets.token_urlsafe(12), self.revisions.get(question, 0)
        body = {"question": question, "response": response, "base": base, "key": key}
        status, _where, text = self.insist("save", "POST", f"/attempts/{self.attempt}/save/", body)
        if status != 200:
            self.strange.append(f"save: {status} {text[:200]}")
            return
        revision = json.loads(text)["revision"]
        self.revisions[question] = revision
        self.acknowledged.append(Acknowledged(question, key, revision, response))

    def thought(self, kind: str) -> Any:
        if kind in {"single", "truefalse"}:
            return self.random.choice("AB")
        if kind == "multiple":
            return self.random.sample(["A", "B"], self.random.randint(1, 2))
        return f"{self.random.random():.12f}"

    def hand_in(self) -> None:
        """Hand in, twice as impatient people do; both must lead to one receipt."""
        for _time in range(2):
            status, where, text = self.insist("submit", "POST", f"/attempts/{self.attempt}/submit/")
            if status != 302 or not where.endswith("/receipt/"):
                self.strange.append(f"submit: {status} {where} {text[:200]}")
                return
        _status, _where, page = self.insist("receipt", "GET", where)
        found = re.search(r"\b[0-9a-f]{64}\b", page)
        self.receipt = found[0] if found else ""
