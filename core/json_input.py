"""JSON as a person posts it, into a form of ours or of the admin."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput


class JSONInput(forms.JSONField):
    """Takes what a database keeps and a page can show; what Python would read beyond that is invalid like the rest.

    Nested too deep, a number too long, half a character, a zero byte, NaN: each would be our mistake later on.
    """

    def to_python(self, value: Any) -> Any:
        try:
            read = super().to_python(value)
            kept = json.dumps(read, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, RecursionError):
            kept = rb"\u0000"
        if rb"\u0000" in kept:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value})
        return read

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What comes back to the page is what was typed, not what could be made of it."""
        return InvalidJSONInput(data) if isinstance(data, str) else data
