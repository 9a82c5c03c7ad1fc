"""Tags for the frame of a page: brand, navigation, account, language, foot, headings, panels."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.template.context import RequestContext
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils import timezone
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from portal.core.templatetags.components.registry import component, escaped, kept, register
from portal.core.templatetags.formatting import day_with_weekday

MESSAGE_TONES = {"success": "good", "warning": "warn", "error": "bad"}
CURRENT = ' aria-current="page"'
MESSAGE_ICONS = {"success": "ok", "warning": "warn", "error": "ban"}


def address(name: str, *args: str) -> str:
    """The address of a named page, or nothing where a project does not have it."""
    return looked_up(name, args, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=256)
def looked_up(name: str, args: tuple[str, ...], urls: str, _prefix: str) -> str:
    """The address among these URLs; every page asks for the same ten."""
    try:
        return reverse(name, urls, args)
    except NoReverseMatch:
        return ""


@register.simple_tag
def html_lang() -> str:
    """The page's language tag as HTML wants it: zh-Hans or en."""
    code = get_language() or settings.LANGUAGE_CODE
    return "zh-Hans" if code.lower().startswith("zh") else code


@register.simple_tag
def now_day() -> str:
    """Today in programme time with its weekday."""
    return day_with_weekday(timezone.now())


@register.simple_tag
def brand(tagline: bool = False) -> SafeString:
    """Seal and name, leading home."""
    return kept("brand", {"tagline": tagline})


def fallback_nav(path: str) -> list[dict[str, Any]]:
    """The six columns of the site, for pages whose view gives no ``main_nav``."""
    columns = [
        (_("Apply and review"), "/apply/"),
        (_("Solutions"), "/solutions/"),
        (_("Training and certificates"), "/courses/"),
        (_("Policies and standards"), "/policies/"),
        (_("News"), "/news/"),
        (_("Verify a certificate"), "/verify/"),
    ]
    return [{"label": label, "url": url, "current": path.startswith(url)} for label, url in columns]


@register.simple_tag(takes_context=True)
def main_nav(context: RequestContext) -> SafeString:
    """Main navigation from ``main_nav`` (list of ``{url, label, current}``) or the fallback."""
    request = context.get("request")
    items = context.get("main_nav") or fallback_nav(request.path if request else "")
    return kept("main_nav", {"items": items})


@register.simple_tag(takes_context=True)
def site_foot(context: RequestContext) -> SafeString:
    """The foot of public pages from ``footer_nav`` (``{url, label}``) and the host's
    ``site_facts``."""
    return kept(
        "site_foot",
        {
            "items": context.get("footer_nav") or [],
            "facts": context.get("site_facts") or {},
            "privacy_url": address("legal_text", "privacy"),
            "terms_url": address("legal_text", "terms"),
        },
    )


@register.inclusion_tag("components/work_nav.html", takes_context=True)
def work_nav(context: RequestContext) -> dict[str, Any]:
    """Navigation of a workspace from ``work_nav`` (``{url, label, current, count}``)."""
    return {"items": context.get("work_nav") or []}


@register.simple_tag(takes_context=True)
def user_menu(context: RequestContext) -> SafeString:
    """Who is signed in with their ways out, or the sign-in button.

    ``workspaces`` and ``user_menu_items`` (``{url, label}``) are its entries; ``role_name`` says
    as whom one works; of several ``employers`` one is chosen (``employer``). ``unread_notices``
    (a number, or what counts it) is asked for who is signed in only.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return kept("user_menu", {"login_url": address("account_login")})
    count = context.get("unread_notices") or 0
    return component(
        "user_menu",
        {
            "unread": count() if callable(count) else count,
            "notices_url": address("notification_list"),
            "user": user,
            "items": [*(context.get("workspaces") or []), *(context.get("user_menu_items") or [])],
            "role_name": context.get("role_name") or "",
            "logout_url": address("account_logout"),
            "employers": context.get("employers") or [],
            "employer": context.get("employer"),
            "switch_url": address("organisation_switch"),
            "path": request.get_full_path(),
            "csrf_token": context.get("csrf_token"),
        },
    )


@register.inclusion_tag("components/language_switch.html", takes_context=True)
def language_switch(context: RequestContext) -> dict[str, Any]:
    """A form for each other language that keeps the page one is on."""
    request = context.get("request")
    present = get_language() or settings.LANGUAGE_CODE
    others = [
        {"code": code, "name": get_language_info(code)["name_local"]}
        for code, _name in settings.LANGUAGES
        if code != present
    ]
    return {
        "action": address("set_language"),
        "others": others,
        "path": request.get_full_path() if request else "/",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/message_list.html", takes_context=True)
def message_list(context: RequestContext) -> dict[str, Any]:
    """Messages of the last action as notices; errors are announced at once."""
    request = context.get("request")
    shown = [
        {
            "text": message.message,
            "tone": MESSAGE_TONES.get(message.level_tag, ""),
            "icon": MESSAGE_ICONS.get(message.level_tag, "info"),
            "role": "alert" if message.level_tag == "error" else "status",
        }
        for message in (get_messages(request) if request else [])
    ]
    return {"shown": shown}


@register.simple_tag
def script_words() -> SafeString:
    """The few sentences the scripts say, translated, as JSON for ``app.js``."""
    return words_in(get_language() or "")


@lru_cache(maxsize=8)
def words_in(_language: str) -> SafeString:
    """The scripts' sentences in the active language."""
    words = {
        "soonOut": _("You will be signed out in less than two minutes: nothing was done."),
        "stay": _("Stay signed in"),
        "signedOut": _(
            "You are signed out. Sign in again in another window: your text stays here."
        ),
        "saving": _("Saving"),
        "saved": _("Saved {time}"),
        "offline": _("Not sent yet, kept on this device. Trying again"),
        "failed": _("Could not be saved. Do not close this page"),
        "denied": _("Not saved: {reason}"),
        "conflict": _("Somebody else has changed this part since you opened it."),
        "conflictHelp": _("Your text is kept below. Compare, then choose which one to keep."),
        "mine": _("Your text"),
        "theirs": _("Saved text"),
        "keepMine": _("Keep mine"),
        "keepTheirs": _("Take the saved text"),
        "restored": _("Text that had not been sent was put back."),
        "used": _("{used} characters, {left} left"),
        "over": _("{used} characters, {over} too many"),
        "usedOnly": _("{used} characters"),
        "unsaved": _("There is text that has not been saved yet."),
        "left": _("{} d {} h left"),
        "leftToday": _("{} h {} min left"),
        "closed": _("Past the deadline"),
        "uploading": _("Uploading {percent}%"),
        "checking": _("Uploaded, being checked"),
        "uploadCancel": _("Cancel"),
        "uploadCancelled": _("Cancelled; nothing was kept. You can choose a file again."),
        "uploadWaiting": _("The connection is lost; the upload goes on when it is back."),
        "uploadHere": _("“{name}” is here. It is handed in with the form."),
        "uploadFailed": _("The upload failed. Check the connection and choose the file again."),
        "tooLarge": _("{size} MB, more than the {limit} MB allowed. Please compress or split it."),
        "notScored": _("{points} points still to be given"),
        "allScored": _("All criteria are scored"),
    }
    return json_script(words, "words")


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(items: list[dict[str, str]]) -> dict[str, Any]:
    """The way here: ``{label, url}``; the last is the page itself and has no link."""
    return {"items": items}


@register.simple_block_tag
def pagehead(content: str, title: str, lede: str = "") -> SafeString:
    """The heading of a page with its opening sentence; the block adds marks above it."""
    return component(
        "pagehead", {"content": SafeString(content.strip()), "title": title, "lede": lede}
    )


@register.inclusion_tag("components/section_head.html")
def section_head(
    title: str, url: str = "", more: str = "", note: str = "", level: int = 2, id: str = ""
) -> dict[str, Any]:
    """The head of a section or panel: title, quiet note, and a link to all of it."""
    return {"title": title, "url": url, "more": more, "note": note, "level": level, "id": id}


@register.simple_block_tag
def panel(
    content: str,
    title: str = "",
    note: str = "",
    stack: bool = True,
    level: int = 2,
    id: str = "",
    class_: str = "",
) -> SafeString:
    """A white field on the grey canvas of a workspace, with an optional head."""
    return component(
        "panel",
        {
            "content": content,
            "title": title,
            "note": note,
            "stack": stack,
            "level": level,
            "id": id,
            "classes": class_,
        },
    )


@register.inclusion_tag("components/tabs.html")
def tabs(items: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """Views of one thing as links: ``{label, url, current, count}``."""
    return {"links": SafeString("".join(tab(item) for item in items)), "label": label}


def tab(item: dict[str, Any]) -> str:
    """One of the tabs."""
    count = item.get("count")
    return (
        f'<a href="{escaped(item["url"])}"{CURRENT if item.get("current") else ""}>'
        f"{escaped(item['label'])}"
        f"{'' if count is None else f' <small>{escaped(count)}</small>'}</a>"
    )
