"""What is typed into steps of every procedure alike: a reason, a statement of the case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import text


class ReasonForm(forms.Form):
    reason = text(_("理由"), least=5)


class StatementForm(forms.Form):
    """陈述申辩: said, or waived in writing (AMB-G09)."""

    statement = text(_("陈述申辩意见"), required=False, most=4000)
    is_waived = forms.BooleanField(label=_("我方书面放弃陈述申辩"), required=False)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is not None and not cleaned.get("statement") and not cleaned.get("is_waived"):
            raise forms.ValidationError("请写明陈述申辩意见，或者勾选书面放弃。")
        return cleaned
