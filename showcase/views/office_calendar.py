"""The office's page of holidays and worked weekends, by which working days are counted."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.calendar import special_days, years_of_table
from portal.core.models import SpecialDay
from portal.core.templatetags.formatting import day_with_weekday
from showcase.forms.calendar import HOLIDAY, KINDS, WORKED, SpecialDayForm
from showcase.rules.rounds import can_edit_calendar
from showcase.services.calendar import remove_special_day, set_special_day
from showcase.views.office import check_in_office, office_frame


@login_required
def office_calendar(request: HttpRequest) -> HttpResponse:
    """Show a year of the table; take a day in or off it."""
    check_in_office(request.user)
    if request.method != "POST":
        return show(request, chosen_year(request))
    if not can_edit_calendar(request.user):
        raise Http404
    return remove(request) if "remove" in request.POST else save(request)


def save(request: HttpRequest) -> HttpResponse:
    """Enter or change the day of the form; show what was typed where that is not possible."""
    form = SpecialDayForm(request.POST)
    if not form.is_valid() or not keep(form, request.user):
        return show(request, chosen_year(request), form)
    day = form.cleaned_data["day"]
    messages.success(request, _("Saved: %(day)s.") % {"day": day_with_weekday(day)})
    return redirect(address(day.year))


def keep(form: SpecialDayForm, user: Any) -> bool:
    """Hand the form's day to the service; put what is wrong with it beside its field."""
    data = form.cleaned_data
    is_working = data["kind"] == WORKED
    try:
        set_special_day(day=data["day"], is_working=is_working, name=data["name"], by=user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def remove(request: HttpRequest) -> HttpResponse:
    """Take a day off the table; a second click changes nothing."""
    day = day_of(request.POST.get("remove", ""))
    if day is None:
        raise Http404
    remove_special_day(day=day, by=request.user)
    text = _("Off the table: %(day)s. It counts by its weekday again.")
    messages.success(request, text % {"day": day_with_weekday(day)})
    return redirect(address(day.year))


def show(request: HttpRequest, year: int, form: SpecialDayForm | None = None) -> HttpResponse:
    """Show a year, with a form for who may change it."""
    rows = special_days(year)
    may_edit = can_edit_calendar(request.user)
    if form is None and may_edit:
        form = form_for(request, rows)
    context = {
        "year": year,
        "rows": [row_of(one) for one in rows],
        "holidays": sum(not one.is_working for one in rows),
        "worked": sum(one.is_working for one in rows),
        "years": year_tabs(year),
        "form": form if may_edit else None,
        "may_edit": may_edit,
    }
    status = 422 if form is not None and form.errors else 200
    context |= office_frame(request)
    return render(request, "showcase/office_calendar.html", context, status=status)


def form_for(request: HttpRequest, rows: list[SpecialDay]) -> SpecialDayForm:
    """Return the form for the day named in the address, an empty one where none is."""
    day = day_of(request.GET.get("day", ""))
    row = next((one for one in rows if one.day == day), None)
    return SpecialDayForm.of(row) if row else SpecialDayForm()


def row_of(one: SpecialDay) -> dict[str, Any]:
    """Return a day as a row of the table."""
    kind, tone = (WORKED, "warn") if one.is_working else (HOLIDAY, "good")
    change = f"{address(one.day.year)}&day={one.day.isoformat()}#edit"
    return {"one": one, "pill": (KINDS[kind], tone), "change": change}


def year_tabs(year: int) -> list[dict[str, Any]]:
    """Return the years to choose from."""
    first, last = years_of_table()
    return [
        {"label": str(one), "url": address(one), "current": one == year}
        for one in range(first, last + 1)
    ]


def address(year: int) -> str:
    """Return where a year of the table is shown."""
    return f"{reverse('office_calendar')}?year={year}"


def chosen_year(request: HttpRequest) -> int:
    """Return the year in the address if the table has it, else this year."""
    asked = request.GET.get("year", "")
    first, last = years_of_table()
    is_shown = asked.isdecimal() and len(asked) == 4 and first <= int(asked) <= last
    return int(asked) if is_shown else clock.today().year


def day_of(text: str) -> date | None:
    """Return a day written as year-month-day, or None for anything else."""
    try:
        return parse_date(text)
    except ValueError:
        return None
