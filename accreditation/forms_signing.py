"""What the legal representative signs with: the materials of an application, a promise of what is to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor


class PasswordedForm(forms.Form):
    """A signature over what was shown, as its digest says; the password proves that the signer is there."""

    password = forms.CharField(
        label=_("登录密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("签署前请再输一次登录密码，确认是您本人。"),
        error_messages={"required": _("请输入登录密码。")},
    )
    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: Any = None, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.actor = request, actor

    def clean_password(self) -> str:
        password, user = self.cleaned_data["password"], self.actor.user if self.actor else None
        # The backend, so that wrong passwords are counted and an account under attack is locked here as well.
        if user is None or authenticate(self.request, username=user.username, password=password) != user:
            raise forms.ValidationError(_("密码不对，没有签署。请重新输入您登录用的密码。"))
        return password


class SignatureForm(PasswordedForm):
    """The legal representative confirms all materials (SX-47)."""

    confirmed = forms.BooleanField(
        label=_("我已核对全部材料，同意上述申明"),
        error_messages={"required": _("请先核对材料并勾选同意申明。")},
    )
    consent = forms.BooleanField(
        label=_("同意商务主管部门向海关、税务、外汇、人社、市场监管部门核对本企业的合规情况，仅用于本次认定"),
        error_messages={"required": _("不同意核对合规情况的，无法认定条件（三），不能提交。")},
    )
    field_order = ("confirmed", "consent")


class PromiseForm(PasswordedForm):
    """The legal representative promises the materials that are shown (FJ-24)."""

    confirmed = forms.BooleanField(
        label=_("我已核对所缺的材料，同意作出上述承诺"),
        error_messages={"required": _("请先核对承诺书并勾选同意。")},
    )
    materials = forms.MultipleChoiceField(
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": _("请先选择要承诺补交的材料。"),
            "invalid_choice": _("所选材料不能承诺补交，请重新选择。"),
        },
    )
    field_order = ("materials", "confirmed")

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["materials"].choices = choices  # type: ignore[attr-defined]
