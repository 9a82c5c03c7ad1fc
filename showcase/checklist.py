"""The fifteen items of the formal check (形式审查) as data. Pure.

How the automatic ones are judged is in `eligibility` (F1 to F10) and `similarity` (F14).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One item: its names, whether the system judges it, what to look at, what unmet means.

    `when_unmet` is the result proposed when the system finds it unmet: "correct" what the
    applicant can mend, "fail" what it cannot.
    """

    code: str
    zh: str
    en: str
    is_automatic: bool
    look_zh: str
    look_en: str
    when_unmet: str = "correct"
    sections: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()


ITEMS = (
    Item(
        "F1",
        "按时提交",
        "Submitted in time",
        True,
        "提交时间早于申报截止时间。",
        "The time of submission lies before the deadline.",
        "fail",
    ),
    Item(
        "F2",
        "必填项齐全，字数合规",
        "Required fields filled, lengths kept",
        True,
        "每个必填项都有内容，字数不超限。",
        "Every required field is filled and within its limit.",
    ),
    Item(
        "F3",
        "统一社会信用代码有效",
        "Credit codes valid",
        True,
        "牵头单位和联合单位的代码都通过校验，牵头单位代码与申报单位一致。",
        "All codes pass their check; the lead's is the applicant's.",
        sections=("org", "partners"),
    ),
    Item(
        "F4",
        "每家单位参与不超过两个项目",
        "No entity in more than two projects",
        True,
        "本批次内牵头和联合合计。",
        "Lead and partner counted together, in this round.",
        "fail",
        ("partners",),
    ),
    Item(
        "F5",
        "联合单位不超过两家",
        "At most two partners",
        True,
        "超出的须由申报单位自行删减。",
        "The applicant decides who leaves.",
        sections=("partners",),
    ),
    Item(
        "F6",
        "只报一个方向",
        "One direction",
        True,
        "所选方向属于本批次。",
        "The direction is one of this round's.",
        sections=("project",),
    ),
    Item(
        "F7",
        "项目已上线运行",
        "In operation",
        True,
        "上线日期早于提交之日，与 A4 一致。",
        "The date lies before submission and agrees with A4.",
        "fail",
        ("project",),
        ("A4",),
    ),
    Item(
        "F8",
        "无在期的同类称号",
        "No running award of the same kind",
        True,
        "同一单位同一方向的示范期已满。",
        "The applicant's term in this direction has ended.",
        "fail",
    ),
    Item(
        "F9",
        "未超推荐名额",
        "Within the authority's quota",
        True,
        "推荐单位已报送的项数不超过名额。",
        "What the authority sent is within its places.",
        "fail",
    ),
    Item(
        "F10",
        "附件齐全、可读",
        "Attachments present and readable",
        False,
        "系统已查是否齐全；逐个打开，看是否清晰、完整、与名称相符。",
        "The system checked that they are there; open each one and see that it can be read.",
        attachments=("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10"),
    ),
    Item(
        "F11",
        "印章与单位名称一致",
        "Seals match the names",
        False,
        "对照 A1、A2、A3 上的印章与申报单位、联合单位全称。",
        "Compare the seals on A1, A2 and A3 with the full names.",
        sections=("org", "partners"),
        attachments=("A1", "A2", "A3"),
    ),
    Item(
        "F12",
        "不涉国家秘密和个人证件号",
        "No state secret, no personal identity number",
        False,
        "正文和附件均无密级标志、敏感参数和身份证号码。",
        "Neither text nor attachments carry such marks, parameters or numbers.",
        "fail",
        ("technology", "effects"),
    ),
    Item(
        "F13",
        "内容与申报方向相符",
        "Content fits the direction",
        False,
        "看项目简介和总体方案，是否属于所报方向。",
        "See from summary and approach whether it belongs here.",
        sections=("project", "technology"),
    ),
    Item(
        "F14",
        "与已有材料不雷同",
        "Not a near-duplicate",
        True,
        "仅作提示，由人判断。相似可能来自同一单位的历年材料。",
        "A hint only; a person judges. It may be the applicant's own earlier text.",
        sections=("technology", "effects"),
    ),
    Item(
        "F15",
        "信用记录良好",
        "Credit record",
        False,
        "在信用信息公示系统查询申报单位，记录查询日期。",
        "Look the applicant up in the public credit system; note the date.",
        "fail",
    ),
)
BY_CODE = {item.code: item for item in ITEMS}
CODES = tuple(BY_CODE)
