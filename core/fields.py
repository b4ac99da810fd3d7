"""Form fields as the procedures ask for them: a text long enough to carry a decision, a line, a day, clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from core.clauses import CLAUSES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LONG = {"rows": 4}


def text(
    label: str | StrPromise,
    *,
    least: int = 1,
    most: int = 2000,
    required: bool = True,
    hint: str | StrPromise = "",
) -> forms.CharField:
    """A free text; `least` characters are asked for where a reason has to carry a decision."""
    return forms.CharField(
        label=label, min_length=least if required else None, max_length=most, required=required, help_text=hint,
        widget=forms.Textarea(attrs=LONG),
    )  # fmt: skip


def line(
    label: str | StrPromise, *, most: int = 100, required: bool = True, hint: str | StrPromise = ""
) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint)


def day(label: str | StrPromise, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options
    )


class ClausesField(forms.MultipleChoiceField):
    """One or more clauses of a document, by id; `prefix` is the series of the document, "SX-" or "HB-"."""

    def __init__(self, prefix: str, **options: Any):
        choices = [(c.id, f"{c.source} {c.label}") for c in CLAUSES.values() if c.id.startswith(prefix)]
        super().__init__(choices=choices, **options)
