"""Kinds of notices in groups that people understand: what it is, how it may reach them.

Each app declares its groups in `enums.py`; the settings page lists them. A kind belongs to the
group that names it, or names the longest beginning of it that ends in a dot. No database here.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
AT_ONCE, DAILY, INBOX = "at_once", "daily", "inbox"
SOME_NEWS = _("There is news for you")


@dataclass(frozen=True)
class NoticeGroup:
    """One line of the settings page.

    `manners` are the ways one may choose, the first is the default. `fixed` says why nothing can be
    chosen. Of the kinds in `private` a mail says `plain` instead of the subject and nothing more: a
    lock screen shows no score and no refusal.
    """

    code: str
    name: Text
    about: Text
    kinds: tuple[str, ...]
    manners: tuple[str, ...] = (AT_ONCE, DAILY, INBOX)
    fixed: Text = ""
    private: frozenset[str] = field(default_factory=frozenset)
    plain: Text = SOME_NEWS

    def is_private(self, kind: str) -> bool:
        """Say whether a mail of this kind must not tell what the notice says."""
        return kind in self.private


GROUPS: dict[str, NoticeGroup] = {}
OTHER = NoticeGroup("other", _("Everything else"), _("What belongs to no other line."), ("",))


def declare(*groups: NoticeGroup) -> None:
    """Add groups to the register; called once for each app."""
    for group in groups:
        GROUPS[group.code] = group


def group_of(kind: str) -> NoticeGroup:
    """Return the group of a kind of notice; `OTHER` for one that nobody declared."""
    best, length = OTHER, -1
    for group in GROUPS.values():
        for name in group.kinds:
            fits = kind == name or (name.endswith(".") and kind.startswith(name))
            if fits and len(name) > length:
                best, length = group, len(name)
    return best


def groups_in_order() -> list[NoticeGroup]:
    """Return all declared groups, those that can be chosen first, each as declared."""
    return sorted(GROUPS.values(), key=lambda group: bool(group.fixed))


declare(
    NoticeGroup(
        "deadlines",
        _("Deadlines that come near"),
        _("Seven days, one day and two hours before; nothing if you have done it already."),
        ("deadline.",),
        manners=(AT_ONCE, INBOX),
    ),
    NoticeGroup(
        "account",
        _("Your account and your data"),
        _(
            "Your data is ready to fetch, your account is to be closed, an administrator acts for "
            "you, a file of yours is locked."
        ),
        ("account.", "acting.", "file."),
        manners=(AT_ONCE,),
        fixed=_("You must hear of what is done with your account, also when you are not here."),
    ),
)
