"""One command loads all that the regulations fix, and may be repeated."""

from io import StringIO

import pytest
from django.core.management import call_command

from core.calendar import CalendarDay, CalendarYear


@pytest.mark.django_db
def test_loading_twice_leaves_what_loading_once_left():
    call_command("load_regulations", stdout=StringIO())
    once = (CalendarDay.objects.count(), CalendarYear.objects.count())

    output = StringIO()
    call_command("load_regulations", stdout=output)

    assert (CalendarDay.objects.count(), CalendarYear.objects.count()) == once
    assert output.getvalue().startswith("calendar: 2004–2026, ")
