"""What a person types to sign in, to set a password, or to change the capacity they act in."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import forms as allauth_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import hand_over
from accounts.models import RightsRequest, User

PASSWORD_HINT = _("至少 12 个字符，工作人员和管理员至少 14 个；不要用常见密码，也不要含账号、姓名、手机。")


class _Worded:
    """allauth's forms in our words: no label repeated as a placeholder, hints as one sentence."""

    fields: dict[str, forms.Field]
    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")


class LoginForm(_Worded, allauth_forms.LoginForm):
    labels = {"login": _("账号")}


class ReauthenticateForm(_Worded, allauth_forms.ReauthenticateForm):
    pass


class ChangePasswordForm(_Worded, allauth_forms.ChangePasswordForm):
    hints = {"password1": PASSWORD_HINT}
    labels = {"password2": _("新密码再输一次")}


class SetPasswordForm(_Worded, allauth_forms.SetPasswordForm):
    hints = {"password1": PASSWORD_HINT}
    labels = {"password2": _("密码再输一次")}


class ResetPasswordKeyForm(_Worded, allauth_forms.ResetPasswordKeyForm):
    hints = {"password1": PASSWORD_HINT}
    labels = {"password1": _("密码"), "password2": _("密码再输一次")}


class HandOverForm(forms.Form):
    code = forms.CharField(
        label=_("交接码"),
        help_text=_("10 位字母和数字，由提出申请的安全管理员告诉您；大小写、横线不影响。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, asked: RightsRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked

    def clean_code(self) -> str:
        typed = self.cleaned_data["code"]
        if not hand_over.is_code_of(self.asked, typed):
            raise ValidationError(_("交接码不对。请向提出申请的安全管理员核对。"))
        return typed


class AuthenticateForm(_Worded, mfa_forms.AuthenticateForm):
    labels = {"code": _("动态验证码")}


class ReauthenticateCodeForm(_Worded, mfa_forms.ReauthenticateForm):
    labels = {"code": _("动态验证码")}


class ActivateTOTPForm(_Worded, totp_forms.ActivateTOTPForm):
    labels = {"code": _("手机上的 6 位数字")}


class IdentityForm(forms.Form):
    """Only appointments in force can be chosen; another's, or an ended one, is not among the choices."""

    membership = forms.TypedChoiceField(coerce=int)
    next = forms.CharField(required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = cast("forms.ChoiceField", self.fields["membership"])
        choices.choices = [(held.pk, str(held)) for held in user.appointments]
