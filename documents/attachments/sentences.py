"""Every refusal in the words of the person who is refused: what happened, what it means, what to do."""

import logging
from typing import Any

from django.utils.translation import gettext_lazy as _

from documents.attachments.slots import Slot
from documents.attachments.types import FILE_TYPES
from workflow.errors import Refused

logger = logging.getLogger(__name__)

# What libmagic calls it, in words a clerk knows.
KNOWN_BY = {
    "application/zip": _("ZIP 压缩包"),
    "application/x-rar": _("RAR 压缩包"),
    "application/x-7z-compressed": _("7z 压缩包"),
    "application/gzip": _("压缩包"),
    "application/msword": _("旧版 Word 文档（.doc）"),
    "application/vnd.ms-excel": _("旧版 Excel 表格（.xls）"),
    "application/x-ole-storage": _("旧版 Office 文件"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _("Word 文档"),
    "application/x-dosexec": _("可执行程序"),
    "application/x-executable": _("可执行程序"),
    "text/html": _("网页文件"),
    "text/xml": _("XML 文件"),
    "image/svg+xml": _("SVG 图形"),
    "image/gif": _("GIF 图片"),
    "image/heic": _("HEIC 照片（苹果手机格式）"),
    "image/webp": _("WebP 图片"),
    "image/tiff": _("TIFF 图片"),
    "image/bmp": _("BMP 图片"),
    "text/plain": _("纯文本"),
}
ACTIVE_CONTENT = {
    "javascript": _("脚本程序"), "launch": _("会启动程序或提交数据的动作"), "remote": _("指向其他文件的链接"),
    "embedded": _("嵌入的附件"), "media": _("音视频或三维内容"), "xfa": _("动态表单（XFA）"),
    "link": _("非网页的链接"),
}  # fmt: skip
PRINT_TO_PDF = _("请用 WPS 或 Adobe 打开后选择“打印—打印为 PDF”，再上传新生成的文件。")
SAVE_AS_XLSX = _("请把数据“选择性粘贴—数值”到新建的工作簿，另存为 .xlsx 后上传；也可下载模板重新填写。")
SAVE_AS_UTF8 = _("请用 WPS 或 Excel 打开，另存为“CSV UTF-8（逗号分隔）”或 .xlsx 后上传。")

SENTENCES = {
    "empty": _("文件是空的（0 字节），没有上传。请确认文件已保存并关闭，再重新选择。"),
    "too_large": _("文件 {size}，超过 {limit} 的上限，没有上传。请降低扫描分辨率，或分成几个文件。"),
    "too_many_files": _("本办件已有 {files} 个文件，达到上限，没有上传。请把几份材料合并成一个文件。"),
    "too_many_bytes": _("本办件的文件将达 {size}，超过 {limit} 的上限，没有上传。请压缩后再上传。"),
    "wrong_type": _("这是{seen}，“{slot}”只收 {types}，没有上传。请转换格式后再上传。"),
    "disguised": _("文件开头是 {kind}，内容却像{seen}，没有上传。请重新导出为 {types} 后再上传。"),
    "wrong_extension": _("文件名以“.{extension}”结尾，内容却是 {kind}，没有上传。请改为“.{right}”后再上传。"),
    "virus": _("文件含有病毒特征，没有上传，也没有保存。请用杀毒软件检查您的电脑后，重新制作文件。"),
    "infected": _("文件含有病毒“{virus}”，没有上传，也没有保存。请检查您的电脑后，重新制作文件。"),
    "unreadable": _("文件无法读取，可能已损坏，没有上传。请确认它在您的电脑上能打开，另存后再上传。"),
    "too_hard": _("文件结构过于复杂，检查没有完成，没有上传。请另存为新文件后再上传。"),
    "too_many_pages": _("文件有 {pages} 页，超过 {limit} 页的上限，没有上传。请分成几个文件分别上传。"),
    "too_many_pixels": _("图片超过 {limit} 万像素的上限，没有上传。请降低分辨率（300 dpi 即可）后再上传。"),
    "pdf_truncated": _("PDF 不完整，结尾缺失，多半是下载中断，没有上传。请取得完整的文件后再上传。"),
    "pdf_trailing": _("PDF 结尾之后还附有其他内容，没有上传。{print_to_pdf}"),
    "pdf_broken": _("PDF 结构损坏，无法可靠打开，没有上传。{print_to_pdf}"),
    "pdf_encrypted": _("PDF 设有密码或权限限制，没有上传。请去掉密码和限制，另存后再上传。"),
    "pdf_no_pages": _("PDF 里一页也没有，没有上传。请重新导出后再上传。"),
    "pdf_active": _("PDF 含有{what}，为安全起见不能接收，没有上传。{print_to_pdf}"),
    "not_a_workbook": _("这不是普通的 Excel 工作簿，没有上传。{save_as_xlsx}"),
    "xlsx_broken": _("工作簿已损坏或内部结构异常，没有上传。{save_as_xlsx}"),
    "xlsx_encrypted": _("工作簿设有打开密码，没有上传。请在“文件—信息”中取消密码，保存后再上传。"),
    "xlsx_macro": _("工作簿含有宏，为安全起见不能接收，没有上传。{save_as_xlsx}"),
    "xlsx_embedded": _("工作簿里嵌入了其他文件或控件，没有上传。{save_as_xlsx}"),
    "xlsx_external": _("工作簿引用了其他文件或网络数据，没有上传。{save_as_xlsx}"),
    "xlsx_entities": _("工作簿内部含有不允许的定义，没有上传。{save_as_xlsx}"),
    "xlsx_too_many_parts": _("工作簿内部有 {parts} 个部分，远多于普通表格，没有上传。{save_as_xlsx}"),
    "xlsx_too_many_sheets": _("工作簿有 {sheets} 张工作表，上限为 {limit} 张，没有上传。请只留一张。"),
    "zip_bomb": _("工作簿解压后的体积异常大，没有上传。{save_as_xlsx}"),
    "table_too_long": _("表格超过 {limit} 行的上限，没有读取。请删除表格下方多余的内容，或分成几个文件。"),
    "table_too_wide": _("表格有 {columns} 列，上限为 {limit} 列，没有读取。请删除右侧多余的列，或使用模板。"),
    "csv_encoding": _("无法判断文字的编码，直接读取会变成乱码，没有读取。{save_as_utf8}"),
    "csv_unreadable_row": _("第 {row} 行有无法识别的文字，没有读取。{save_as_utf8}"),
    "csv_mixed": _("第 {row} 行的文字编码与其他行不同，没有读取。{save_as_utf8}"),
    "csv_big5": _("文件像是 Big5（繁体）编码，没有读取。{save_as_utf8}"),
    "csv_separator": _("各列之间用的是“{mark}”，应为逗号或制表符，没有读取。{save_as_utf8}"),
    "csv_quotes": _("表格中的引号没有成对，或某一格过长，无法分清各列，没有读取。{save_as_utf8}"),
    "no_such_page": _("没有这一页。请返回第 1 页重新查看。"),
}  # fmt: skip

WARNINGS = {
    "blank_first_page": _("第 1 页看起来是空白的，请确认没有扫错。"),
    "slow_first_page": _("第 1 页内容很复杂，在线预览可能较慢或无法显示，审核人员可下载查看。"),
    "empty_table": _("表格里没有内容，请确认选对了文件。"),
    "duplicate": _("与已上传的“{name}”内容相同，请确认没有重复上传。"),
}


class Rejected(Refused):
    """A file was not taken. `code` names the reason for programs, `message` says it to the person."""

    status = 422

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def rejection(code: str, slot: Slot | None = None, **values: Any) -> Rejected:
    """The refusal in words. An unknown code is our mistake, and still no reason to leave a person without
    words.
    """
    if "detail" in values:
        logger.warning("A file could not be read: %s", values["detail"])
    if code not in SENTENCES:
        logger.error("No sentence for the refusal %r", code)
        code = "unreadable"
    kind = FILE_TYPES.get(values.get("kind", ""))
    said = values.get("seen", "")
    words: dict[str, Any] = {
        "slot": slot.label if slot else "",
        "types": slot.types_in_words if slot else "",
        **values,
        "kind": kind.label if kind else "",
        "seen": f" {kind.label} 文件" if kind and code == "wrong_type" else KNOWN_BY.get(said, _("别的格式")),
        "what": ACTIVE_CONTENT.get(values.get("what", ""), _("会自行动作的内容")),
        "print_to_pdf": PRINT_TO_PDF,
        "save_as_xlsx": SAVE_AS_XLSX,
        "save_as_utf8": SAVE_AS_UTF8,
    }
    if code == "too_many_pixels":
        words["limit"] = values["limit"] // 10_000
    if code in ("too_large", "too_many_bytes"):
        words |= {"size": in_megabytes(values["size"]), "limit": in_megabytes(values["limit"])}
    return Rejected(str(SENTENCES[code]).format(**words), code)


def in_megabytes(size: int) -> str:
    """A size as people read it; never rounded down to the limit it exceeds."""
    if size < 1024 * 1024:
        return f"{max(1, -(-size // 1024))} KB"
    tenths = -(-size * 10 // (1024 * 1024))
    return f"{tenths // 10} MB" if tenths % 10 == 0 else f"{tenths / 10:.1f} MB"
