"""Where the texts are silent: the portal's choices, each under the id of its ambiguity.

The first values come with the code (`regulations/settings_defaults.yaml`). The province may set another one
from a day on, with a reason; what was in force before stays on record, for a running case keeps the values of
the day it was submitted (AMB-G21).
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.copies import InMemoryCopy
from core.facts import facts

AMOUNT_UNITS = ("CNY", "USD")
DECIMAL_TEXT = re.compile(r"\d+(\.\d+)?")


class UnknownDefault(LookupError):
    """No ambiguity has a default of this name."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A default as the code ships it; `initial` is written as in the YAML, untyped."""

    key: str
    initial: Any
    unit: str | None
    label: str
    ambiguity: str
    document: str
    source: str

    def typed(self, written: Any) -> Any:
        """Amounts are Decimal, days are dates, lists cannot be changed by whoever reads them."""
        if isinstance(written, str) and self.unit in AMOUNT_UNITS:
            return Decimal(written)
        if isinstance(written, str) and self.unit == "date":
            return date.fromisoformat(written)
        if isinstance(written, list):
            return tuple(written)
        if isinstance(written, dict):
            return MappingProxyType({name: _decimal_if_one(entry) for name, entry in written.items()})
        return written

    def accepts(self, written: Any) -> bool:
        """Whether a new value has the shape of the first one; one without a first value may take any."""
        if written is None or self.initial is None:
            return self._can_be_typed(written)
        return type(written) is type(self.initial) and self._can_be_typed(written)

    def _can_be_typed(self, written: Any) -> bool:
        try:
            self.typed(written)
        except (ValueError, ArithmeticError):
            return False
        return True


def _decimal_if_one(entry: Any) -> Any:
    return Decimal(entry) if isinstance(entry, str) and DECIMAL_TEXT.fullmatch(entry) else entry


def _definitions() -> Mapping[str, Definition]:
    return MappingProxyType(
        {
            row["key"]: Definition(
                key=row["key"],
                initial=row["value"],
                unit=row["unit"],
                label=row["label"],
                ambiguity=row["ambiguity"],
                document=row["document"],
                source=row["source"],
            )
            for row in facts("settings_defaults")["settings"]
        }
    )


DEFINITIONS = _definitions()


def definition(key: str) -> Definition:
    try:
        return DEFINITIONS[key]
    except KeyError:
        raise UnknownDefault(key) from None


class Default(models.Model):
    """Another value from a day on. Never edited: a later row takes over."""

    key = models.CharField(_("参数"), max_length=60)
    value = models.JSONField(_("取值"), null=True)
    effective_on = models.DateField(_("生效日期"))
    reason = models.TextField(_("理由"))
    set_by = models.CharField(_("设定人"), max_length=100)

    class Meta:
        verbose_name = _("默认参数")
        verbose_name_plural = _("默认参数")
        ordering = ["key", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                name="one_value_of_a_default_from_a_day_on",
                fields=["key", "effective_on"],
                violation_error_message=_("该参数在这一天已有取值，请另选生效日期。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}（{self.effective_on} 起）"

    def clean(self) -> None:
        if self.key not in DEFINITIONS:
            raise ValidationError({"key": _("没有名为“%(key)s”的参数。") % {"key": self.key}})
        if not definition(self.key).accepts(self.value):
            initial = definition(self.key).initial
            raise ValidationError(
                {"value": _("取值的类型应与初始值 %(initial)r 一致。") % {"initial": initial}}
            )
        if self.effective_on and self.effective_on < clock.today():
            raise ValidationError({"effective_on": _("生效日期不能早于今天：已按原值办理的事项不受影响。")})


@dataclass(frozen=True, slots=True)
class History:
    """What has been set for one default: the days, in order, and the value from each of them."""

    days: list[date]
    values: list[Any]


def _read() -> dict[str, History]:
    histories: defaultdict[str, History] = defaultdict(lambda: History([], []))
    rows = Default.objects.order_by("key", "effective_on").values_list("key", "effective_on", "value")
    for key, effective_on, written in rows:
        if key in DEFINITIONS:  # a default that later code no longer knows stays on record, unused
            histories[key].days.append(effective_on)
            histories[key].values.append(definition(key).typed(written))
    return dict(histories)


set_values = InMemoryCopy(_read, models=["core.Default"])


def value(key: str, on: date | None = None) -> Any:
    """The value in force on that day, today if none is named."""
    default = definition(key)
    history = set_values.get().get(key)
    if history:
        position = bisect_right(history.days, on or clock.today())
        if position:
            return history.values[position - 1]
    return default.typed(default.initial)
