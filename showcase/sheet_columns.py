"""Columns of the recommendation list: headings, and the names offices use. Pure."""

import re
from dataclasses import dataclass
from unicodedata import normalize

SHEET_NAME = "推荐汇总表"


@dataclass(frozen=True)
class SheetColumn:
    """One column: its key, its heading in both languages, other names, and its width."""

    key: str
    zh: str
    en: str
    width: int
    others: tuple[str, ...] = ()
    is_required: bool = True


COLUMNS = (
    SheetColumn("priority", "优先级", "Priority", 8, ("推荐顺序", "优先顺序", "推荐排序")),
    SheetColumn("title", "项目名称", "Title", 32, ("申报项目名称", "Project")),
    SheetColumn("applicant", "申报单位", "Applicant", 26, ("申报单位名称", "牵头单位")),
    SheetColumn(
        "uscc", "统一社会信用代码", "Credit code", 21, ("信用代码", "社会信用代码", "USCC")
    ),
    SheetColumn("partners", "联合单位", "Partners", 20, ("联合申报单位",), False),
    SheetColumn("direction", "申报方向", "Direction", 14, ("方向",)),
    SheetColumn("region", "地区", "Region", 10, ("所在地区", "注册地", "省份"), False),
    SheetColumn("industry", "所属行业", "Industry", 18, ("行业",), False),
    SheetColumn(
        "investment",
        "总投资（万元）",
        "Investment (10,000 yuan)",
        14,
        ("投资总额（万元）", "总投资"),
    ),
    SheetColumn("contact", "联系人", "Contact", 10, ("联系人姓名",)),
    SheetColumn("mobile", "手机", "Mobile", 14, ("手机号", "手机号码", "联系手机")),
    SheetColumn("email", "邮箱", "E-mail", 24, ("电子邮箱", "电子邮件", "Email")),
    SheetColumn(
        "reason",
        "推荐理由（200字以内）",
        "Reason (up to 200 characters)",
        48,
        ("推荐理由", "推荐意见"),
        False,
    ),
    SheetColumn("remark", "备注", "Remark", 14, ("说明",), False),
)
BRACKETS = re.compile(r"\((?!元\)|yuan\)).*?\)")


def plain_heading(text: str) -> str:
    """Return a heading without spaces, brackets and width: "总投资（万元）" is "总投资".

    "(元)" stays: a column in another unit is another column.
    """
    folded = "".join(normalize("NFKC", text).lower().split())
    return BRACKETS.sub("", folded).strip(":*")


BY_HEADING = {
    plain_heading(name): column.key
    for column in COLUMNS
    for name in (column.zh, column.en, *column.others)
}
BY_KEY = {column.key: column for column in COLUMNS}


def key_of_heading(text: str) -> str | None:
    """Return the key of the column with this heading, or None."""
    return BY_HEADING.get(plain_heading(text))
