"""Pictures of pages for the screen: drawn once by a confined child, then kept for a while beside the store.

A file with personal data is drawn anew for each look, with a watermark that names who looks at it and why.
"""

import os
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from core import clock
from documents import confined
from documents.attachments import store
from documents.attachments.models import Attachment
from documents.attachments.sentences import rejection
from workflow.errors import Refused

# A list of small pictures, a page to read, a page to look closely at. Other widths would only fill the cache.
WIDTHS = (240, 1100, 1800)
FONT_FILES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
)
DRAWABLE = ("pdf", "jpeg", "png")


class PageUnavailable(Refused):
    """This page cannot be shown as a picture; the file itself can still be downloaded."""

    status = 422


def page_image(attachment: Attachment, page: int, width: int = 1100, *, viewer: str = "") -> bytes:
    """The PNG of a page, from 1. `viewer` is named in the watermark of a file with personal data."""
    if attachment.type_code not in DRAWABLE:
        raise PageUnavailable(_("这是表格文件，没有页面图像。请下载后用 WPS 或 Excel 打开。"))
    if not 1 <= page <= (attachment.pages or 1):
        raise rejection("no_such_page")
    width = next((known for known in WIDTHS if known >= width), WIDTHS[-1])
    if attachment.place.personal:
        return _drawn(attachment, page, width, watermark=_watermark(attachment, viewer))
    cached = store.page_cache() / attachment.sha256[:2] / f"{attachment.sha256}-{page}-{width}.png"
    if cached.exists():
        return _unless_failed(cached.read_bytes())
    try:
        picture = _drawn(attachment, page, width)
    except PageUnavailable:
        # Remembered as an empty picture, or every visit would spend the same seconds in vain.
        _keep_picture(cached, b"")
        raise
    _keep_picture(cached, picture)
    return picture


def _drawn(attachment: Attachment, page: int, width: int, *, watermark: list[str] | None = None) -> bytes:
    with (
        store.local_copy(attachment.sha256) as path,
        tempfile.NamedTemporaryFile(dir=store.quarantine(), suffix=".png") as picture,
    ):
        answer = confined.run(
            "draw",
            {
                "path": str(path),
                "type": attachment.type_code,
                "page": page,
                "width": width,
                "picture": picture.name,
                "watermark": watermark or [],
                "font": _font_file() if watermark else "",
            },
            seconds=3,
        )
        if "refused" in answer:
            raise _unavailable()
        return Path(picture.name).read_bytes()


def _unless_failed(picture: bytes) -> bytes:
    if not picture:
        raise _unavailable()
    return picture


def _unavailable() -> PageUnavailable:
    return PageUnavailable(_("这一页无法生成图像，可能内容过于复杂。请下载原文件查看。"))


def _keep_picture(place: Path, picture: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(picture)
    os.replace(unfinished, place)


def _watermark(attachment: Attachment, viewer: str) -> list[str]:
    purpose = _("仅供%(purpose)s使用") % {"purpose": attachment.place.purpose}
    moment = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    reference = attachment.case.reference if attachment.case else ""
    return [purpose, " ".join(part for part in (reference, viewer, moment) if part)]


def _font_file() -> str:
    """A font with Chinese letters. Without one nothing personal is shown: boxes name nobody."""
    for path in FONT_FILES:
        if Path(path).exists():
            return path
    raise PageUnavailable(_("服务器缺少中文字体，无法加水印，暂不能显示含个人信息的页面。请联系系统管理员。"))
