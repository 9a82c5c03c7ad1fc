"""The demo's data files, read and put into the form's own terms. No database here."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.taxonomies import code_of

DATA = Path(__file__).resolve().parent / "data"
PLEDGES = (
    "pl.true",
    "pl.no_secret",
    "pl.ip",
    "pl.not_duplicate",
    "pl.no_incident",
    "pl.publish",
)
DIRECTIONS = {
    "设备安全": "device",
    "控制安全": "control",
    "网络安全": "network",
    "平台安全": "platform",
    "数据安全": "data",
    "综合防护": "integrated",
    "安全服务与人才": "service",
    "数据安全管理": "data-management",
}


def read(name: str) -> Any:
    """Return one data file as JSON."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Dossier:
    """One application of the demo as its file tells it."""

    facts: dict[str, Any]

    @property
    def slug(self) -> str:
        return str(self.facts["slug"])

    @property
    def title(self) -> str:
        return str(self.facts["project"]["title"])

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.facts["direction"]]

    @property
    def uscc(self) -> str:
        return str(self.facts["org"]["uscc"])

    @property
    def length(self) -> int:
        """Characters in the sections: what tells a complete dossier from a lighter one."""
        return sum(len(text) for text in self.facts["sections"].values())

    def papers(self) -> list[dict[str, str]]:
        """Return the attachments that are papers; a video (A10) cannot be made up."""
        return [one for one in self.facts["attachments"] if one["code"] != "A10"]

    def answers(self) -> dict[str, Any]:
        """Return the dossier as answers of the default form."""
        org, project, texts = self.facts["org"], self.facts["project"], self.facts["sections"]
        return {
            "org.name": org["name"],
            "org.uscc": org["uscc"],
            "org.kind": code_of("kinds", org["kind"]),
            "org.class": code_of("classes", org["class"]),
            "org.grade": code_of("grades", org["grade"]),
            "org.region": org["region"],
            "org.industry": org["industry"]["code"],
            "org.founded": org["founded"],
            "org.capital": str(org["capital_wan"]),
            "org.staff": org["staff"],
            "org.rd_staff": org["rd_staff"],
            "org.revenue": [str(one) for one in org["revenue_wan"]],
            "org.profile": org["profile"],
            "org.legal_rep": org["legal_rep"],
            "ct.name": self.facts["contact"]["name"],
            "ct.title": self.facts["contact"]["title"],
            "ct.mobile": self.facts["contact"]["mobile"],
            "ct.email": self.facts["contact"]["email"],
            "partners": [
                {"uscc": one["uscc"], "name": one["name"], "role": one["role"]}
                for one in self.facts["partners"]
            ],
            "pj.title": project["title"],
            "pj.title_en": self.facts["en"]["title"],
            "pj.direction": self.direction,
            "pj.objects": project["objects"],
            "pj.tasks": [str(number) for number in project["tasks"]],
            "pj.start": project["start"],
            "pj.online": project["online"],
            "pj.accept": project["accept"],
            "pj.invest": str(project["invest_wan"]),
            "pj.summary": project["summary"],
            "pj.public": project["public_abstract"],
            "pj.public_en": self.facts["en"]["public_abstract"],
            "tx.background": texts["background"],
            "tx.arch": texts["architecture"],
            "tx.tech": texts["key_tech"],
            "tx.innov": texts["innovation"],
            "tx.impl": texts["implementation"],
            "tx.effect": self.facts["effects"],
            "tx.benefit": texts["benefit"],
            "tx.replicate": texts["replicability"],
            "tx.users": self.facts["adopters"],
            "ip": self.facts["ip"],
            "tx.comply": texts["compliance"],
            "tx.standards": self.facts["standards"],
            "tx.plan": texts["next_plan"],
            **dict.fromkeys(PLEDGES, True),
        }


@cache
def dossiers() -> dict[str, Dossier]:
    """Return the 48 dossiers by slug, the longest of each direction first."""
    files = sorted((DATA / "dossiers").glob("*.json"))
    found = [Dossier(json.loads(path.read_text(encoding="utf-8"))) for path in files]
    found.sort(key=lambda one: (list(DIRECTIONS.values()).index(one.direction), -one.length))
    return {one.slug: one for one in found}


@cache
def complete_slugs() -> tuple[str, ...]:
    """Return the three fullest dossiers of each direction: the 24 complete ones."""
    return tuple(
        one.slug
        for direction in DIRECTIONS.values()
        for one in [d for d in dossiers().values() if d.direction == direction][:3]
    )
