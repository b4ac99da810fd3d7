"""JSON that people post: read, or invalid; never an exception of ours, and never kept where it cannot be read again."""

import pytest
from django import forms

from core.json_input import JSONInput


class OneField(forms.Form):
    value = JSONInput(required=False)


@pytest.mark.parametrize(
    "typed",
    ["[" * 50_000, "9" * 5_000, '{"a": "\\ud800"}', '["\\u0000"]', "NaN", "[Infinity]", "no JSON"],
)
def test_what_cannot_be_kept_is_invalid_and_comes_back_as_typed(typed):
    form = OneField({"value": typed})

    assert list(form.errors) == ["value"]
    assert form["value"].value() == typed


@pytest.mark.parametrize(
    ("typed", "read"), [('{"天": 5}', {"天": 5}), ("30", 30), ('"五"', "五"), ("", None)]
)
def test_what_can_be_kept_is_read(typed, read):
    form = OneField({"value": typed})

    assert form.is_valid()
    assert form.cleaned_data["value"] == read
