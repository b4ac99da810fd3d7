"""Longer passwords for those who act for the public."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class OfficialMinimumLengthValidator:
    """Officials, evaluators and administrators need more characters than an enterprise does."""

    def __init__(self, min_length: int = 14) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        answers = user is not None and user.pk is not None and user.answers_for_others
        if answers and len(password) < self.min_length:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        return _("工作人员和管理员的密码至少 %(length)s 个字符。") % {"length": self.min_length}
