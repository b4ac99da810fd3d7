"""Where copies of messages go. A channel is a class with `send`; `settings.MESSAGE_CHANNELS` names one for each.

A provincial SMS gateway is such a class of some twenty lines; until there is one, `Log` writes what it would send,
without number or text.
"""

from __future__ import annotations

import logging
from typing import Protocol

from django.conf import settings
from django.core.mail import send_mail
from django.utils.module_loading import import_string

from workflow.messages.models import Channel as Name
from workflow.messages.models import Message

log = logging.getLogger(__name__)


class Channel(Protocol):
    def send(self, message: Message) -> None:
        """Hand the message over. Raises where it was certainly not taken; it is then tried again."""


class Email:
    def send(self, message: Message) -> None:
        text = f"{message.text}\n\n办理请登录：{address_of(message)}\n\n本邮件由平台自动发送，请勿回复。"
        send_mail(message.title, text, None, [message.user.email])


class Log:
    """The seam of a gateway that is not there yet."""

    def send(self, message: Message) -> None:
        log.info("message %s for %s would go out", message.pk, message.kind)


def address_of(message: Message) -> str:
    return f"{settings.PUBLIC_ORIGIN.rstrip('/')}{message.href}"


def channel(name: str) -> Channel:
    made: Channel = import_string(settings.MESSAGE_CHANNELS[Name(name)])()
    return made
