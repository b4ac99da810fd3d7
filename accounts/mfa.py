"""How allauth's second factor behaves here: secrets are stored encrypted, officials cannot switch it off."""

from __future__ import annotations

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _


def _cipher() -> MultiFernet:
    """The first key writes; keys that were in use before still read."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factor\n" + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对。请用手机上当前显示的 6 位数字；手机时间要与北京时间一致。"),
        "cannot_delete_authenticator": _(
            "您的岗位须用第二因素登录，不能关闭。换手机请联系平台安全管理员重置。"
        ),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (settings.MFA_REQUIRED_FOR_OFFICIALS and authenticator.user.answers_for_others)
