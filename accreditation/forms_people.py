"""Whom an enterprise asks to handle its applications."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class InvitationForm(forms.Form):
    """A colleague who is to handle applications. The ID number finds the person and is not kept."""

    name = forms.CharField(label=_("姓名"), max_length=50)
    id_number = forms.CharField(
        label=_("身份证号码"), max_length=18, help_text=_("只用来核对是不是同一个人，不保存号码。")
    )
    username = forms.CharField(label=_("登录账号"), max_length=30, help_text=_("字母、数字，登录时用。"))
    phone = forms.CharField(label=_("手机"), max_length=20, required=False)
    office = forms.CharField(label=_("部门"), max_length=40, required=False)
