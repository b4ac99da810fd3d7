"""What a password must be, in one sentence: long enough, and not what everybody knows about its owner."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class PasswordValidator:
    """Officials, evaluators and administrators need more characters than an enterprise does."""

    def __init__(self, min_length: int = 12, official_min_length: int = 14) -> None:
        self.min_length, self.official_min_length = min_length, official_min_length

    def validate(self, password: str, user: Any = None) -> None:
        known = user is not None and user.pk is not None
        needed = self.official_min_length if known and user.answers_for_others else self.min_length
        if len(password) < needed:
            raise ValidationError(
                _("密码太短：需要至少 %(needed)s 个字符，现在是 %(length)s 个。")
                % {"needed": needed, "length": len(password)},
                code="password_too_short",
            )
        if known and any(word.casefold() in password.casefold() for word in self._known_words(user)):
            raise ValidationError(
                _("密码里不要有账号、姓名、手机或统一社会信用代码。"), code="password_has_known_words"
            )

    def get_help_text(self) -> str:
        return _("至少 %(own)s 个字符，工作人员和管理员至少 %(official)s 个；不要用常见密码。") % {
            "own": self.min_length,
            "official": self.official_min_length,
        }

    def _known_words(self, user: Any) -> list[str]:
        codes = [held.organization.uscc or "" for held in user.appointments]
        words = [user.username, user.display_name, user.phone, *codes]
        return [word for word in words if len(word) > 1]
