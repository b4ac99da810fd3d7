"""Django's table of contents."""

from core.calendar import CalendarDay, CalendarYear
from core.defaults import Default

__all__ = ["CalendarDay", "CalendarYear", "Default"]
