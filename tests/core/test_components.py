"""The component tags: what they write, what they escape, what they keep of the query."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory
from django.utils import translation

NOW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)


def render(source: str, path: str = "/", **values: object) -> str:
    request = RequestFactory().get(path)
    template = Template("{% load components formatting %}" + source)
    return template.render(RequestContext(request, values)).strip()


class DraftForm(forms.Form):
    title = forms.CharField(label="题目", help_text="不超过 40 字", max_length=40)
    text = forms.CharField(label="正文", max_length=10, widget=forms.Textarea, required=False)
    joint = forms.ChoiceField(
        label="联合", choices=[("y", "是"), ("n", "否")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="同意")


def test_icon_is_silent_without_a_label() -> None:
    expected = '<svg class="i" aria-hidden="true"><use href="#i-ok"/></svg>'
    assert render('{% icon "ok" %}') == expected


def test_button_writes_hyphenated_attributes_and_leaves_empty_ones_out() -> None:
    html = render('{% button "保存" kind="primary" data_dialog="sure" aria_label="" %}')
    assert html == '<button class="btn btn--primary" data-dialog="sure" type="submit">保存</button>'


def test_button_with_a_reason_stays_focusable_and_says_why() -> None:
    html = render('{% button "提交" type="button" why="还有 2 项未评" %}')
    assert html == (
        '<button class="btn" type="button" aria-disabled="true" title="还有 2 项未评">提交</button>'
        '<span class="why faint">还有 2 项未评</span>'
    )


def test_pill_escapes_its_text() -> None:
    html = render("{% pill text %}", text="<b>x</b>")
    assert html == '<span class="pill" data-tone="info">&lt;b&gt;x&lt;/b&gt;</span>'


def test_notice_keeps_markup_of_its_block_and_escapes_values() -> None:
    html = render("{% notice tone='warn' %}<a href='#'>{{ name }}</a>{% endnotice %}", name="<i>")
    assert "<a href='#'>&lt;i&gt;</a>" in html
    assert 'data-tone="warn"' in html


def test_field_ties_hint_and_error_to_its_control() -> None:
    form = DraftForm({"title": "", "joint": "y", "agreed": "on"})
    form.is_valid()
    html = render("{% field form.title %}", form=form)
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_field_counts_long_text_without_cutting_it() -> None:
    form = DraftForm({"text": "一二三四五六七八九十十一"})
    html = render("{% field form.text %}", form=form)
    assert 'data-limit="10"' in html
    assert "maxlength" not in html
    assert 'data-counter="id_text"' in html


def test_field_draws_choices_in_a_fieldset_with_labels() -> None:
    html = render("{% field form.joint %}", form=DraftForm())
    assert html.count("<legend") == 1
    assert html.count('class="choice"') == 2
    assert 'for="id_joint_0"' in html


def test_field_is_what_a_plain_form_renders() -> None:
    html = str(DraftForm())
    assert html.count('class="field ') == 4


def test_error_summary_links_to_the_fields() -> None:
    form = DraftForm({"title": "题目", "text": "很长" * 9, "joint": "y", "agreed": "on"})
    form.is_valid()
    html = render("{% error_summary form %}", form=form)
    assert html.count("<li>") == 1
    assert '<a href="#id_text">' in html


def test_error_summary_is_empty_without_errors() -> None:
    assert render("{% error_summary form %}", form=DraftForm()) == ""


@pytest.mark.parametrize(
    ("path", "state", "link"),
    [
        ("/?q=a", "", "?q=a&amp;sort=name"),
        ("/?q=a&sort=name&page=3", ' aria-sort="ascending"', "?q=a&amp;sort=-name"),
        ("/?sort=-name", ' aria-sort="descending"', "?sort=name"),
    ],
)
def test_sort_head_keeps_the_query_and_starts_at_page_one(path: str, state: str, link: str) -> None:
    html = render('{% sort_head "名称" "name" %}', path)
    assert html.startswith(f'<th scope="col"{state}><a class="sort" href="{link}">名称')


def test_pagination_keeps_the_query() -> None:
    page = Paginator(range(30), 10).get_page(2)
    html = render("{% pagination page %}", "/?q=工控&page=2", page=page)
    assert 'href="?q=%E5%B7%A5%E6%8E%A7&amp;page=3" rel="next"' in html
    assert html.count("aria-current") == 1


def test_pagination_of_one_page_has_no_links() -> None:
    page = Paginator(range(3), 10).get_page(1)
    assert "<a " not in render("{% pagination page %}", page=page)


def test_query_changes_adds_and_removes_keys() -> None:
    html = render('{% query page=None sort="name" %}', "/?q=a&page=4")
    assert html == "?q=a&amp;sort=name"


@pytest.mark.parametrize(
    ("left", "tone"),
    [
        (timedelta(days=15, hours=2), ""),
        (timedelta(days=2), "warn"),
        (timedelta(seconds=-1), "bad"),
    ],
)
def test_due_turns_amber_under_three_days_and_red_after(left: timedelta, tone: str) -> None:
    with time_machine.travel(NOW, tick=False):
        html = render("{% due deadline %}", deadline=NOW + left)
    wanted = f'<div class="due" data-tone="{tone}">' if tone else '<div class="due">'
    assert html.startswith(wanted)


def test_due_says_days_hours_and_the_zone() -> None:
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        html = render("{% due deadline %}", deadline=NOW + timedelta(days=15, hours=2))
    assert "<b>15</b> d <b>2</b> h left" in html
    assert "20 Mar 2026, 16:30" in html
    assert "UTC+8" in html


def test_meter_over_its_limit_turns_red() -> None:
    html = render('{% meter "名额" 12 10 %}')
    assert '<progress value="10" max="10" data-tone="bad" aria-label="名额 12/10">' in html


@pytest.mark.parametrize(("level", "bars"), [("A", 4), ("B", 3), ("C", 2), ("D", 1)])
def test_evidence_shows_as_many_bars_as_its_level(level: str, bars: int) -> None:
    assert render("{% evidence level %}", level=level).count('class="on"') == bars


def test_score_scale_marks_the_band_of_the_value() -> None:
    bands = [
        {"name": "薄弱", "low": "0", "high": "4.5", "anchor": "缺证据"},
        {"name": "明显", "low": "5", "high": "10", "anchor": "证据齐全"},
    ]
    html = render('{% score_scale "c1" "创新" 10 bands value="7.5" %}', bands=bands)
    assert html.count('aria-pressed="true"') == 1
    assert "<b>明显</b> <span>证据齐全</span>" in html


def test_language_switch_posts_the_page_one_is_on() -> None:
    with translation.override("zh-hans"):
        html = render("{% language_switch %}", "/styleguide/?page=2")
    assert 'name="next" value="/styleguide/?page=2"' in html
    assert 'name="language" value="en"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_styleguide_shows_in_both_languages_without_inline_style(
    client: Client, language: str
) -> None:
    client.cookies["anfan_language"] = language
    response = client.get("/styleguide/")
    html = response.content.decode()
    assert response.status_code == 200
    assert " style=" not in html
    assert "<style" not in html
    assert html.count("<script") == html.count('type="module"') + html.count("application/json")


def test_template_of_a_wrapping_tag_works_without_a_request() -> None:
    source = "{% load components %}{% panel title='甲' %}乙{% endpanel %}"
    html = Template(source).render(Context())
    assert "<h2>甲</h2>" in html


def test_foot_follows_language_and_facts_although_it_is_made_once(
    settings: Any,
) -> None:
    feet = []
    for language, organiser in [
        ("zh-hans", "示例甲"),
        ("en", "示例甲"),
        ("zh-hans", "示例<乙>"),
    ] * 2:
        settings.SITE_FACTS = {"organiser": organiser}
        with translation.override(language):
            html = render("{% site_foot %}")
        words = ("主办单位", "Organiser", "示例甲", "示例&lt;乙&gt;")
        feet.append([word for word in words if word in html])
    assert feet == 2 * [
        ["主办单位", "示例甲"],
        ["Organiser", "示例甲"],
        ["主办单位", "示例&lt;乙&gt;"],
    ]


def test_navigation_marks_the_page_one_is_on_whatever_was_shown_before() -> None:
    for here in ("/courses/", "/news/", "/courses/"):
        html = render("{% main_nav %}", here)
        assert html.count("aria-current") == 1
        assert f'href="{here}" aria-current="page"' in html


def test_facet_list_escapes_names_and_says_what_is_ticked() -> None:
    option = {"value": '"x', "label": "<b>", "count": 0, "checked": True}
    bare = {"value": "y", "label": "乙"}
    groups = [{"name": "f", "title": "面", "open": True, "options": [option, bare]}]
    html = render("{% facet_list groups %}", groups=groups)
    assert (
        '<label><input type="checkbox" name="f" value="&quot;x" checked>'
        "<span>&lt;b&gt;</span><small>0</small></label>"
        '<label><input type="checkbox" name="f" value="y"><span>乙</span></label>'
    ) in html


@pytest.mark.parametrize(
    ("before", "shown"), [("<1>", True), (0, True), ("", False), (None, False)]
)
def test_effect_shows_what_was_before_where_that_is_known(before: object, shown: bool) -> None:
    html = render("{% delta '停机' before after unit='h' %}", before=before, after="<2>")
    assert ('class="from"' in html) == shown
    assert "<b>&lt;2&gt;</b>" in html
    assert "<1>" not in html
