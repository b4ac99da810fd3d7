"""PDF files: active content in every place it can hide, broken structure, bombs, and three honest documents."""

import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from tests.documents.hostile.sample import Sample, Verdict

JAVASCRIPT = "/S /JavaScript /JS (app.alert(1))"


def samples() -> Iterator[Sample]:
    yield Sample("honest", "申请报告.pdf", "application_report", honest(), Verdict.ACCEPT)
    yield Sample(
        "web-link", "链接.pdf", "audit_report", with_link("/S /URI /URI (https://example.cn)"), Verdict.ACCEPT
    )
    yield Sample(
        "opens-at-a-page", "开页.pdf", "audit_report", opening("/S /GoTo /D [null /Fit]"), Verdict.ACCEPT
    )
    for label, action in ACTIONS.items():
        yield _active(f"opens-{label}", opening(action))
        yield _active(f"link-{label}", with_link(action))
    for label, build in ACTIVE.items():
        yield _active(label, changed(build))
    yield _active("hidden-name", opening("/S /JavaScript-- /N 1").replace(b"/JavaScript--", b"/J#61vaScript"))
    yield _active(
        "in-object-stream", opening(JAVASCRIPT, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    )
    for label, (content, code) in broken().items():
        yield Sample(f"pdf-{label}", f"{label}.pdf", "audit_report", content, Verdict.REJECT, code)
    for label, content in inert().items():
        yield Sample(f"pdf-{label}", f"{label}.pdf", "audit_report", content, Verdict.INERT)


def _active(label: str, content: bytes) -> Sample:
    return Sample(f"pdf-{label}", f"{label}.pdf", "audit_report", content, Verdict.REJECT, "pdf_active")


def honest(pages: int = 2, **options: Any) -> bytes:
    return changed(lambda pdf: None, pages=pages, **options)


def changed(change: Callable[[Pdf], None], *, pages: int = 1, **options: Any) -> bytes:
    """A small printed document after `change` has been at it."""
    pdf = Pdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        text = f"BT /F1 24 Tf 72 700 Td (Report, page {number + 1}) Tj ET 72 400 300 200 re f"
        page.Contents = pdf.make_stream(text.encode())
    change(pdf)
    file = io.BytesIO()
    # The same bytes on every run: the identifier is made from the content, not from the clock.
    pdf.save(file, deterministic_id=not options.get("encryption"), **options)
    return file.getvalue()


def parsed(text: str) -> Any:
    return pikepdf.Object.parse(f"<< {text} >>".encode())


def opening(action: str, **options: Any) -> bytes:
    def change(pdf: Pdf) -> None:
        pdf.Root.OpenAction = pdf.make_indirect(parsed(action))

    return changed(change, **options)


def with_link(action: str) -> bytes:
    return changed(lambda pdf: annotate(pdf, parsed(f"/Subtype /Link /Rect [0 0 99 99] /A << {action} >>")))


def annotate(pdf: Pdf, annotation: Any) -> None:
    pdf.pages[0].Annots = Array([pdf.make_indirect(annotation)])


ACTIONS = {
    "javascript": JAVASCRIPT,
    "launch": "/S /Launch /F (cmd.exe)",
    "remote": "/S /GoToR /F (other.pdf) /D [0 /Fit]",
    "embedded": "/S /GoToE /D [0 /Fit] /T << /R /C /N (x) >>",
    "submit": "/S /SubmitForm /F (http://127.0.0.1:1/)",
    "import": "/S /ImportData /F (data.fdf)",
    "sound": "/S /Sound",
    "movie": "/S /Movie",
    "rendition": "/S /Rendition /OP 0",
    "unheard-of": "/S /DoAnything",
    "chained": f"/S /GoTo /D [null /Fit] /Next << {JAVASCRIPT} >>",
    "chained-twice": f"/S /GoTo /D [null /Fit] /Next [<< /S /GoTo >> << {JAVASCRIPT} >>]",
    "script-link": "/S /URI /URI (javascript:alert\\(1\\))",
    "file-link": "/S /URI /URI (file:///etc/passwd)",
}


def _named_script(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), parsed(JAVASCRIPT)])))


def _attachment(pdf: Pdf) -> None:
    pdf.attachments["tool.exe"] = b"MZ" + bytes(200)


def _page_opens(pdf: Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=parsed(JAVASCRIPT))


def _outline(pdf: Pdf) -> None:
    entry = pdf.make_indirect(parsed(f"/Title (x) /A << {JAVASCRIPT} >>"))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=entry, Last=entry, Count=1))


def _field(pdf: Pdf) -> None:
    field = pdf.make_indirect(parsed(f"/FT /Tx /T (a) /AA << /K << {JAVASCRIPT} >> >>"))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def _dynamic_form(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def _outside_stream(pdf: Pdf) -> None:
    pdf.pages[0].Contents = Stream(pdf, b"", F=Dictionary(Type=Name.Filespec, F=String("/etc/passwd")))


def _outside_picture(pdf: Pdf) -> None:
    outside = parsed("/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Ref << /F (other.pdf) /Page 0 >>")
    form = pdf.make_stream(b"", outside)
    pdf.pages[0].Resources.XObject = Dictionary(X=form)


def _annotation(text: str) -> Callable[[Pdf], None]:
    return lambda pdf: annotate(pdf, parsed(f"/Rect [0 0 9 9] {text}"))


ACTIVE = {
    "named-script": _named_script,
    "attachment": _attachment,
    "page-opens-script": _page_opens,
    "outline-script": _outline,
    "field-script": _field,
    "dynamic-form": _dynamic_form,
    "outside-stream": _outside_stream,
    "outside-picture": _outside_picture,
    "pinned-file": _annotation("/Subtype /FileAttachment /FS << /Type /Filespec /F (a.exe) >>"),
    "rich-media": _annotation("/Subtype /RichMedia"),
    "screen": _annotation("/Subtype /Screen"),
    "film": _annotation("/Subtype /Movie"),
    "in-disguise": _annotation("/Type /StructElem /Subtype /Link /A << /S /DoAnything >>"),
    "noise": _annotation("/Subtype /Sound"),
    "model": _annotation("/Subtype /3D"),
}


def broken() -> dict[str, tuple[bytes, str]]:
    whole = honest()
    secret = pikepdf.Encryption(user="1234", owner="5678")
    restricted = pikepdf.Encryption(user="", owner="5678")
    archive = b"PK\x05\x06" + bytes(18)
    return {
        "with-password": (honest(encryption=secret), "pdf_encrypted"),
        "restricted": (honest(encryption=restricted), "pdf_encrypted"),
        "half": (whole[: len(whole) // 2], "pdf_truncated"),
        "end-missing": (whole[:-40], "pdf_truncated"),
        "junk-before": (b"\n" + whole, "wrong_type"),
        "archive-behind": (whole + archive, "pdf_trailing"),
        "page-behind": (whole + b"<script>alert(1)</script>", "pdf_trailing"),
        "only-a-head": (b"%PDF-1.7\n%%EOF\n", "pdf_broken"),
        "head-and-page": (b"%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF\n", "pdf_broken"),
        "no-xref": (whole.replace(b"startxref", b"startxxxx"), "pdf_broken"),
        "xref-nowhere": (_with_xref(whole, 99999999), "pdf_broken"),
        "xref-in-circles": (_xref_in_circles(whole), "pdf_broken"),
        "no-pages": (changed(_no_pages), "pdf_no_pages"),
        "pages-in-circles": (changed(_pages_in_circles), "pdf_broken"),
        "pages-repeated": (changed(_pages_repeated), "pdf_broken"),
        "pages-missing": (changed(lambda pdf: pdf.Root.__delitem__("/Pages")), "pdf_broken"),
        "too-many-pages": (honest(pages=501), "too_many_pages"),
        "kids-beyond-number": (changed(_kids_beyond_number), "too_many_pages"),
        "too-deep": (_with_value(b"[" * 20_000 + b"]" * 20_000), ""),
        "test-virus": (changed(_test_virus, compress_streams=False), "virus"),
        "empty": (b"", "empty"),
        "random": (bytes(range(256)) * 40, "wrong_type"),
        "unknown-lock": (_with_trailer(b"/Encrypt << /Filter /Foo /V 9 >>"), ""),
    }


def inert() -> dict[str, bytes]:
    """Taken, because nothing in them acts; only drawing may prove too hard, and that harms nobody."""
    return {
        "content-bomb": changed(_content_bomb),
        "drawing-bomb": changed(drawing_bomb),
        "endless-page": changed(lambda pdf: _size_page(pdf, 1, 10**8)),
        "page-without-size": changed(lambda pdf: _size_page(pdf, 0, 0)),
        "lying-count": changed(_lying_count),
        "hostile-title": changed(_hostile_title),
        "object-stream-bomb": _object_stream_bomb(),
        "endless-picture": changed(_endless_picture),
    }


def _with_xref(whole: bytes, offset: int) -> bytes:
    head, _, _ = whole.rpartition(b"startxref")
    return head + b"startxref\n%d\n%%%%EOF\n" % offset


def _xref_in_circles(whole: bytes) -> bytes:
    at = whole.rindex(b"startxref")
    offset = int(whole[at:].split()[1])
    return whole.replace(b"trailer <<", b"trailer << /Prev %d" % offset).replace(
        b"trailer<<", b"trailer<</Prev %d" % offset
    ) + (b"" if b"trailer" in whole else b"x")


def _with_trailer(entry: bytes) -> bytes:
    return honest().replace(b"trailer <<", b"trailer << " + entry)


def _with_value(value: bytes) -> bytes:
    return _rebuilt([b"<< /Type /Catalog /Pages 2 0 R /Deep %s >>" % value, PAGES, PAGE])


def _object_stream_bomb() -> bytes:
    packed = zlib.compress(bytes(100 * 1024 * 1024), 9)
    stream = b"<< /Type /ObjStm /N 1 /First 10 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        len(packed), packed,
    )  # fmt: skip
    return _rebuilt([b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, PAGE, stream], inside_fourth=50)


PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"


def _rebuilt(objects: list[bytes], inside_fourth: int = 0) -> bytes:
    """A file written by hand with a cross-reference stream; object 6 may be said to lie inside object 4."""
    written = b"%PDF-1.7\n"
    entries = [b"\0" * 7]
    for number, content in enumerate(objects, 1):
        entries.append(b"\x01" + len(written).to_bytes(4, "big") + b"\0\0")
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    own = len(objects) + 1
    at = len(written)
    entries.append(b"\x01" + at.to_bytes(4, "big") + b"\0\0")
    if inside_fourth:
        entries.append(b"\x02" + (4).to_bytes(4, "big") + b"\0\0")
    table = b"".join(entries)
    return written + (
        b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        b"startxref\n%d\n%%%%EOF\n" % (own, len(entries), len(table), table, at)
    )


def _no_pages(pdf: Pdf) -> None:
    pdf.Root.Pages.Kids = Array([])


def _pages_in_circles(pdf: Pdf) -> None:
    pdf.Root.Pages.Kids = Array([pdf.Root.Pages, pdf.pages[0].obj])


def _pages_repeated(pdf: Pdf) -> None:
    """Ten levels of ten times the same child: ten thousand million pages in two kilobytes."""
    node = pdf.pages[0].obj
    for _ in range(10):
        node = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([node] * 10), Count=10))
    pdf.Root.Pages = node


def _kids_beyond_number(pdf: Pdf) -> None:
    pdf.Root.Pages.Kids = Array([pdf.pages[0].obj] * 20_000)


def _test_virus(pdf: Pdf) -> None:
    virus = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    pdf.Root.Extra = pdf.make_stream(virus)


def _content_bomb(pdf: Pdf) -> None:
    packed = zlib.compress(b"0 0 1 1 re f\n" * 6_000_000, 9)
    pdf.pages[0].Contents = Stream(pdf, packed, Filter=Name.FlateDecode)


def drawing_bomb(pdf: Pdf) -> None:
    """Forms that draw forms ten times over, ten levels deep."""
    box = Array([0, 0, 99, 99])
    form = pdf.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=box)
    for _ in range(10):
        inner = Dictionary(XObject=Dictionary(X=form))
        form = pdf.make_stream(
            b"/X Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=inner
        )
    pdf.pages[0].Resources.XObject = Dictionary(X=form)
    pdf.pages[0].Contents = pdf.make_stream(b"/X Do")


def _size_page(pdf: Pdf, width: int, height: int) -> None:
    pdf.pages[0].MediaBox = Array([0, 0, width, height])


def _lying_count(pdf: Pdf) -> None:
    pdf.Root.Pages.Count = 2_000_000_000


def _hostile_title(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "<img src=x onerror=alert(1)>\u202egnp.exe"


def _endless_picture(pdf: Pdf) -> None:
    picture = Stream(
        pdf, zlib.compress(bytes(1000)), Type=Name.XObject, Subtype=Name.Image, Width=2_000_000_000,
        Height=2_000_000_000, BitsPerComponent=8, ColorSpace=Name.DeviceRGB, Filter=Name.FlateDecode,
    )  # fmt: skip
    pdf.pages[0].Resources.XObject = Dictionary(X=picture)
    pdf.pages[0].Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /X Do")
