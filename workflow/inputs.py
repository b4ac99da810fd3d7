"""What a person gives to a step: checked by the step's form, and kept as plain values."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from core import letters
from workflow.errors import InvalidInput
from workflow.steps import Step


def cleaned(spec: Step, inputs: dict[str, Any], files) -> dict[str, Any]:
    """What was typed, through the form of the step. Raises `InvalidInput` with every message by its field."""
    if spec.form is None:
        return dict(inputs)
    form = spec.form(data=inputs, files=files)
    form.full_clean()
    for name, value in list(form.cleaned_data.items()):  # what is said in a step is printed in a notice
        try:
            letters.check_all(value)
        except ValidationError as refusal:
            form.add_error(name if name in form.fields else None, refusal)
    if not form.is_valid():
        raise InvalidInput(
            {name: [str(message) for message in messages] for name, messages in form.errors.items()}, form
        )
    return form.cleaned_data


def plain(value: Any) -> Any:
    """A value as the ledger digests it and a proposal keeps it: rows by key, files by name, the rest as is."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return str(getattr(value, "pk", None) or value)
