"""The demo's data is sound before any service sees it: pure checks of portal/demo/data."""

import json
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import uscc as stdnum_uscc

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "portal" / "demo" / "data"
LAST_ACCEPTANCE = "2026-06-30"
# A past tie either ended in this month or later, and is a conflict for years to come, or before
# the next one, and is too old. Nothing between: the demo must not change with the calendar.
RECENT_FROM = "2025-06"
OLD_BEFORE = "2023-01"

DIRECTIONS = (
    "设备安全",
    "控制安全",
    "网络安全",
    "平台安全",
    "数据安全",
    "综合防护",
    "安全服务与人才",
    "数据安全管理",
)
SECTION_LIMITS = {
    "background": 1500,
    "architecture": 3000,
    "key_tech": 2000,
    "innovation": 1500,
    "implementation": 2000,
    "benefit": 1500,
    "replicability": 1500,
    "compliance": 1000,
    "next_plan": 1000,
}
ATTACHMENTS = {f"A{n}" for n in range(1, 11)}
REQUIRED_ATTACHMENTS = {"A1", "A2", "A4", "A5", "A7"}
# reference/domain.md section c: exact titles; parts 2 and 3 of GB/T 44462 have no settled year.
STANDARDS = {
    "GB/T 22239-2019 信息安全技术 网络安全等级保护基本要求",
    "GB/T 22240-2020 信息安全技术 网络安全等级保护定级指南",
    "GB/T 28448-2019 信息安全技术 网络安全等级保护测评要求",
    "GB/T 39204-2022 信息安全技术 关键信息基础设施安全保护要求",
    "GB/T 39786-2021 信息安全技术 信息系统密码应用基本要求",
    "GB/T 35273-2020 信息安全技术 个人信息安全规范",
    "GB/T 20984-2022 信息安全技术 信息安全风险评估方法",
    "GB/T 32919-2016 信息安全技术 工业控制系统安全控制应用指南",
    "GB/T 36323-2018 信息安全技术 工业控制系统安全管理基本要求",
    "GB/T 40813-2021 信息安全技术 工业控制系统安全防护技术要求和测试评价方法",
    "GB/T 41400-2022 信息安全技术 工业控制系统信息安全防护能力成熟度模型",
    "GB/T 37988-2019 信息安全技术 数据安全能力成熟度模型",
    "GB/T 43697-2024 数据安全技术 数据分类分级规则",
    "GB/T 44462.1-2024 工业互联网企业网络安全 第1部分：应用工业互联网的工业企业防护要求",
    "GB/T 44462.2 工业互联网企业网络安全 第2部分：平台企业防护要求",
    "GB/T 44462.3 工业互联网企业网络安全 第3部分：标识解析企业防护要求",
}
KEYS = {
    "slug",
    "direction",
    "org",
    "contact",
    "partners",
    "project",
    "sections",
    "effects",
    "adopters",
    "ip",
    "standards",
    "attachments",
    "en",
}
ORG_KEYS = {
    "name",
    "uscc",
    "kind",
    "class",
    "grade",
    "region",
    "industry",
    "founded",
    "capital_wan",
    "staff",
    "rd_staff",
    "revenue_wan",
    "profile",
    "legal_rep",
}
PROJECT_KEYS = {
    "title",
    "objects",
    "tasks",
    "start",
    "online",
    "accept",
    "invest_wan",
    "summary",
    "public_abstract",
}
EMAIL = re.compile(r"[a-z0-9][a-z0-9._-]*@([a-z0-9-]+\.)*example\.(com|org)")


def load(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def taxonomy(name: str) -> list[list[str]]:
    text = (ROOT / "portal/core/data/taxonomies.json").read_text(encoding="utf-8")
    return json.loads(text)[name]["terms"]


FILES = sorted((DATA / "dossiers").glob("*.json"))
DOSSIERS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FILES}
REGIONS = {row[0] for row in taxonomy("regions")}
INDUSTRIES = {row[0]: row[1] for row in taxonomy("industries")}


def zh_values(name: str) -> set[str]:
    return {row[1] for row in taxonomy(name)}


def numbers(text: str) -> set[str]:
    """The numbers of a text without thousands separators."""
    return {n.replace(",", "") for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def is_region_99(code: str) -> bool:
    return stdnum_uscc.is_valid(code) and code[2:8] == "990000"


def entities(dossier: dict) -> list[dict]:
    return [dossier["org"], *dossier["partners"]]


@pytest.fixture(params=DOSSIERS.values(), ids=list(DOSSIERS))
def dossier(request: pytest.FixtureRequest) -> dict:
    return request.param


# --- one dossier --------------------------------------------------------------------------------


def test_dossier_has_every_field(dossier):
    assert set(dossier) == KEYS
    assert set(dossier["org"]) == ORG_KEYS
    assert set(dossier["contact"]) == {"name", "title", "mobile", "email"}
    assert set(dossier["project"]) == PROJECT_KEYS
    assert set(dossier["sections"]) == set(SECTION_LIMITS)
    assert set(dossier["en"]) == {"title", "summary", "public_abstract"}


def test_dossier_keeps_length_limits(dossier):
    project, org = dossier["project"], dossier["org"]
    over = {
        name: len(text)
        for name, text, limit in [
            ("title", project["title"], 40),
            ("summary", project["summary"], 500),
            ("public_abstract", project["public_abstract"], 300),
            ("profile", org["profile"], 800),
            ("org", org["name"], 100),
            *((key, dossier["sections"][key], limit) for key, limit in SECTION_LIMITS.items()),
            *(("role", partner["role"], 300) for partner in dossier["partners"]),
            *((key, row[key], 100) for row in dossier["effects"] for key in row),
        ]
        if not 0 < len(text) <= limit
    }
    assert over == {}


def test_dossier_text_is_markdown_without_large_headings(dossier):
    text = "\n".join(dossier["sections"].values())
    assert re.findall(r"^#{1,2} ", text, re.MULTILINE) == []
    assert re.findall(r"lorem|TODO|此处填写|xxx", text, re.IGNORECASE) == []


def test_dossier_lists_keep_their_bounds(dossier):
    assert 4 <= len(dossier["effects"]) <= 8
    assert len(dossier["partners"]) <= 2
    assert len(dossier["adopters"]) <= 10
    assert len(dossier["ip"]) <= 20
    assert len(dossier["standards"]) == len(set(dossier["standards"])) > 0


def test_dossier_credit_codes_are_valid_and_of_region_99(dossier):
    codes = [entity["uscc"] for entity in entities(dossier)]
    assert [code for code in codes if not is_region_99(code)] == []
    assert len(codes) == len(set(codes))


def test_dossier_names_are_plainly_fictional(dossier):
    names = [entity["name"] for entity in entities(dossier)]
    names += [row["name"] for row in dossier["adopters"]]
    names += [dossier["contact"]["name"], dossier["org"]["legal_rep"]]
    assert [name for name in names if not name.startswith("示例")] == []


def test_dossier_contact_is_of_the_demo(dossier):
    contact = dossier["contact"]
    assert re.fullmatch(r"1380000\d{4}", contact["mobile"])
    assert EMAIL.fullmatch(contact["email"])


def test_dossier_dates_follow_one_another(dossier):
    project = dossier["project"]
    days = [dossier["org"]["founded"], project["start"], project["online"], project["accept"]]
    assert [date.fromisoformat(day).isoformat() for day in days] == sorted(days)
    assert len(set(days)) == len(days)
    assert project["accept"] <= LAST_ACCEPTANCE


def test_dossier_codes_are_of_the_taxonomies(dossier):
    org, project = dossier["org"], dossier["project"]
    assert dossier["direction"] in DIRECTIONS
    assert org["region"] in REGIONS
    assert org["industry"]["name"] == INDUSTRIES[org["industry"]["code"]]
    assert re.fullmatch(r"[A-T]\d\d", org["industry"]["code"])
    assert org["kind"] in zh_values("kinds")
    assert org["class"] in zh_values("classes")
    assert org["grade"] in zh_values("grades")
    assert set(project["objects"]) <= {row[0] for row in taxonomy("objects")}
    assert {str(task) for task in project["tasks"]} <= {row[0] for row in taxonomy("tasks")}
    assert len(project["objects"]) == len(set(project["objects"])) > 0
    assert len(project["tasks"]) == len(set(project["tasks"])) > 0


def test_dossier_amounts_are_positive(dossier):
    org = dossier["org"]
    amounts = [org["capital_wan"], dossier["project"]["invest_wan"], *org["revenue_wan"]]
    assert len(org["revenue_wan"]) == 3
    assert all(amount > 0 and round(amount, 2) == amount for amount in amounts)
    assert 0 < org["rd_staff"] <= org["staff"]


def test_dossier_names_standards_by_their_exact_titles(dossier):
    assert set(dossier["standards"]) - STANDARDS == set()
    cited = set(re.findall(r"GB/T (\d+)", json.dumps(dossier["sections"], ensure_ascii=False)))
    listed = set(re.findall(r"GB/T (\d+)", " ".join(dossier["standards"])))
    assert cited - listed == set()


def test_dossier_brings_the_required_attachments(dossier):
    codes = [row["code"] for row in dossier["attachments"]]
    assert len(codes) == len(set(codes))
    assert REQUIRED_ATTACHMENTS - set(codes) == set()
    assert set(codes) - ATTACHMENTS == set()
    assert ("A3" in codes) == bool(dossier["partners"])
    assert all(0 < len(row["title"]) <= 100 for row in dossier["attachments"])


def test_dossier_effects_say_metric_values_unit_and_proof(dossier):
    for row in dossier["effects"]:
        assert set(row) == {"metric", "before", "after", "unit", "evidence"}
        assert all(row.values()), row["metric"]


def test_dossier_effects_cite_attachments_it_brings(dossier):
    codes = {row["code"] for row in dossier["attachments"]}
    proofs = " ".join(row["evidence"] for row in dossier["effects"])
    assert set(re.findall(r"(?<![A-Z0-9])A\d+(?= 第)", proofs)) - codes == set()


def test_dossier_investment_equals_the_sum_told(dossier):
    told = re.findall(
        r"(?:总投资|投资|投入)(?:为|合计)?\s?(\d+(?:\.\d+)?)\s?万元",
        dossier["sections"]["implementation"],
    )
    if told:
        assert str(dossier["project"]["invest_wan"]) in {str(float(n)) for n in told} | set(told)


def test_dossier_english_tells_the_same_numbers(dossier):
    """A number of the English text stands in the Chinese one, in 万 or 百万 where it must be."""
    chinese = {k: v for k, v in dossier.items() if k != "en"}
    known = {float(n) for n in numbers(json.dumps(chinese, ensure_ascii=False))}
    told = {float(n) for n in numbers(" ".join(dossier["en"].values()))}
    unknown = {
        n for n in told if not {round(x, 4) for x in (n, n / 10_000, n * 100, n / 100)} & known
    }
    assert unknown == set()


# --- all dossiers together ----------------------------------------------------------------------


def test_dossiers_slugs_are_their_file_names():
    assert [d["slug"] for d in DOSSIERS.values()] == list(DOSSIERS)


def test_dossiers_titles_are_unique():
    for texts in (
        [d["project"]["title"] for d in DOSSIERS.values()],
        [d["en"]["title"] for d in DOSSIERS.values()],
        [d["contact"]["email"] for d in DOSSIERS.values()],
        [d["contact"]["mobile"] for d in DOSSIERS.values()],
    ):
        assert [text for text, n in Counter(texts).items() if n > 1] == []


def test_dossiers_leads_are_unique():
    codes = Counter(d["org"]["uscc"] for d in DOSSIERS.values())
    assert [code for code, n in codes.items() if n > 1] == []


def test_organisations_take_part_in_at_most_two_projects():
    parts = Counter(entity["uscc"] for d in DOSSIERS.values() for entity in entities(d))
    assert [code for code, n in parts.items() if n > 2] == []


def test_organisations_have_one_name_per_code_and_one_code_per_name():
    names, codes = defaultdict(set), defaultdict(set)
    for entity in every_organisation():
        names[entity["uscc"]].add(entity["name"])
        codes[entity["name"]].add(entity["uscc"])
    assert [found for found in names.values() if len(found) > 1] == []
    assert [found for found in codes.values() if len(found) > 1] == []


def test_organisations_english_names_are_complete():
    english = {row["uscc"]: row["name_en"] for row in load("organisations.json")}
    needed = {entity["uscc"] for d in DOSSIERS.values() for entity in entities(d)}
    assert needed - set(english) == set()
    assert all(name.startswith("Demo ") for name in english.values())


def test_dossiers_cover_regions_and_directions():
    assert len(DOSSIERS) == 48
    assert {d["direction"] for d in DOSSIERS.values()} == set(DIRECTIONS)
    assert len({d["org"]["region"] for d in DOSSIERS.values()}) >= 20
    assert min(Counter(d["direction"] for d in DOSSIERS.values()).values()) >= 5


# --- authorities, experts, people ---------------------------------------------------------------


def people_of_files() -> list[dict]:
    return [row["contact"] for row in load("authorities.json")] + load("people.json")


def every_organisation() -> list[dict]:
    found = [entity for d in DOSSIERS.values() for entity in entities(d)]
    for expert in load("experts.json")["experts"]:
        found += [expert["employer"], *expert["past_employers"]]
    found += [row["organisation"] for row in load("people.json")]
    found += load("organisations.json")
    found += [{"name": a["name_zh"], "uscc": a["uscc"]} for a in load("authorities.json")]
    return found


def test_every_organisation_has_a_valid_code():
    assert [e["name"] for e in every_organisation() if not is_region_99(e["uscc"])] == []
    assert [e["name"] for e in every_organisation() if not e["name"].startswith("示例")] == []


def test_authorities_cover_every_region_once():
    rows = load("authorities.json")
    covered = [code for row in rows for code in row["covers"]]
    assert len(rows) == 4
    assert sorted(covered) == sorted(REGIONS)


def test_authorities_first_has_the_quota_of_the_open_round():
    rows = load("authorities.json")
    assert rows[0]["name_zh"] == "示例省工业和信息化主管部门"
    assert [row["quotas"]["open"] for row in rows] == [10, 10, 5, 3]


def test_authorities_have_places_for_all_48():
    """In the full round everything may be recommended; in the open one the quota bites."""
    waiting = Counter()
    for d in DOSSIERS.values():
        waiting.update(
            a["code"] for a in load("authorities.json") if d["org"]["region"] in a["covers"]
        )
    over = {
        row["code"]: waiting[row["code"]]
        for row in load("authorities.json")
        if not 0 < waiting[row["code"]] <= row["quotas"]["full"]
    }
    assert over == {}


def ties(expert: dict) -> set[str]:
    """Credit codes the expert is tied to by work now or in the last three years."""
    recent = {p["uscc"] for p in expert["past_employers"] if p["to"] >= RECENT_FROM}
    return recent | {expert["employer"]["uscc"]}


def conflicts() -> set[tuple[str, str]]:
    return {
        (expert["email"], slug)
        for expert in load("experts.json")["experts"]
        for slug, d in DOSSIERS.items()
        if ties(expert) & {entity["uscc"] for entity in entities(d)}
    }


def test_experts_are_24_of_three_kinds():
    rows = load("experts.json")["experts"]
    assert [row["email"] for row in rows] == [f"expert{n:02d}@example.org" for n in range(1, 25)]
    assert Counter(row["kind"] for row in rows) == {"industry": 8, "academia": 8, "testing": 8}
    assert len({row["name"] for row in rows}) == 24
    assert len({row["employer"]["uscc"] for row in rows}) == 24
    assert {row["region"] for row in rows} <= REGIONS


def test_experts_know_one_to_three_directions():
    rows = load("experts.json")["experts"]
    assert [row["email"] for row in rows if not 1 <= len(set(row["directions"])) <= 3] == []
    assert {d for row in rows for d in row["directions"]} == set(DIRECTIONS)


def test_experts_are_enough_for_a_panel_of_five_on_every_dossier():
    """Of the direction's experts without conflict, five with at most three of any kind."""
    data = load("experts.json")
    barred = conflicts() | {(c["expert"], c["dossier"]) for c in data["declared_conflicts"]}
    short = {}
    for slug, d in DOSSIERS.items():
        free = Counter(
            row["kind"]
            for row in data["experts"]
            if d["direction"] in row["directions"] and (row["email"], slug) not in barred
        )
        seats = sum(min(n, 3) for n in free.values())
        if seats < 5 or len(free) < 2:
            short[slug] = dict(free)
    assert short == {}


def test_experts_ties_make_at_least_eight_conflicts():
    assert len(conflicts()) >= 8


def test_experts_old_ties_make_no_conflict():
    leads = {entity["uscc"] for d in DOSSIERS.values() for entity in entities(d)}
    old = [
        (row["email"], past["uscc"])
        for row in load("experts.json")["experts"]
        for past in row["past_employers"]
        if past["uscc"] in leads and past["to"] < OLD_BEFORE
    ]
    assert len(old) == 4


def test_experts_past_ties_are_clearly_recent_or_old():
    ends = [p["to"] for row in load("experts.json")["experts"] for p in row["past_employers"]]
    assert [end for end in ends if OLD_BEFORE <= end < RECENT_FROM] == []


def test_experts_careers_are_in_order():
    for row in load("experts.json")["experts"]:
        ends = [(past["from"], past["to"]) for past in row["past_employers"]]
        assert all(start < end < row["employer"]["since"] for start, end in ends)


def test_declared_conflicts_are_three_that_codes_cannot_find():
    declared = load("experts.json")["declared_conflicts"]
    pairs = {(c["expert"], c["dossier"]) for c in declared}
    experts = {row["email"]: row for row in load("experts.json")["experts"]}
    assert sorted(c["kind"] for c in declared) == ["adviser", "co_project", "kin"]
    assert pairs & conflicts() == set()
    assert all(c["note"] and c["note_en"] for c in declared)
    assert all(DOSSIERS[slug]["direction"] in experts[email]["directions"] for email, slug in pairs)


def test_people_have_both_languages():
    rows = people_of_files() + load("experts.json")["experts"]
    short = [
        row["email"]
        for row in rows
        if not all(row[key] for key in ("name", "name_en", "title", "title_en"))
    ]
    assert short == []
    assert [row["email"] for row in rows if not EMAIL.fullmatch(row["email"])] == []
    assert [row["name"] for row in rows if "示例" not in row["name"]] == []


def test_people_hold_the_roles_of_the_demo():
    roles = Counter(row["role"] for row in load("people.json"))
    assert roles == {
        "secretariat": 2,
        "editor": 1,
        "observer": 1,
        "programme": 1,
        "recommender": 4,
        "applicant": 7,
        "chair": 3,
    }


def test_people_chairs_are_experts_and_lead_every_direction():
    experts = {row["email"]: row for row in load("experts.json")["experts"]}
    chairs = [row for row in load("people.json") if row["role"] == "chair"]
    led = [direction for row in chairs for direction in row["chairs"]]
    assert sorted(led) == sorted(DIRECTIONS)
    assert [row for row in chairs if row["name"] != experts[row["email"]]["name"]] == []
    assert [
        row["email"]
        for row in chairs
        if not set(row["chairs"]) <= set(experts[row["email"]]["directions"])
    ] == []


def test_people_recommenders_belong_to_the_authorities():
    codes = {row["code"]: row["uscc"] for row in load("authorities.json")}
    found = {
        row["organisation"]["code"]: row["organisation"]["uscc"]
        for row in load("people.json")
        if row["role"] == "recommender"
    }
    assert found == codes


def test_people_applicants_are_of_organisations_with_dossiers():
    known = {entity["uscc"] for d in DOSSIERS.values() for entity in entities(d)}
    applicants = [row for row in load("people.json") if row["role"] == "applicant"]
    assert {row["organisation"]["uscc"] for row in applicants} - known == set()


def test_defects_name_dossiers_items_and_remedies():
    for row in load("defects.json"):
        assert row["dossier"] in DOSSIERS
        assert re.fullmatch(r"F([1-9]|1[0-5])", row["item"])
        assert row["result"] in {"pass", "correct", "fail"}
        assert (row["result"] == "correct") == bool(row["remedy"])
        assert bool(row["note"]) == bool(row["note_en"])
        assert bool(row["remedy"]) == bool(row["remedy_en"])
