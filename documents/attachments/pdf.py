"""A PDF that can be kept: whole, open to all, of few enough pages, and without anything that acts by itself.

Runs in the confined child. What is allowed to act is listed; an action not listed is refused, whatever it is
called.
"""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from documents.confined import Refuse

# Going to a place in this file, following a link a person clicked, showing and hiding layers: nothing else.
HARMLESS_ACTIONS = {"/GoTo", "/URI", "/Named", "/SetOCGState", "/Trans"}
HARMLESS_LINKS = re.compile(rb"\s*(https?://|mailto:|tel:|www\.|#|$)", re.IGNORECASE)
# Wherever these keys stand they bring a program, a form language, or another file.
ACTIVE_KEYS = {
    "/JS": "javascript", "/JavaScript": "javascript", "/XFA": "xfa", "/EmbeddedFiles": "embedded",
    "/EF": "embedded", "/RichMediaContent": "media", "/RichMediaSettings": "media",
}  # fmt: skip
ACTIVE_KINDS = {
    "/EmbeddedFile": "embedded", "/FileAttachment": "embedded", "/RichMedia": "media", "/Screen": "media",
    "/Movie": "media", "/Sound": "media", "/3D": "media",
}  # fmt: skip
ACTION_NAMES = {
    "/JavaScript": "javascript", "/Launch": "launch", "/GoToR": "remote", "/GoToE": "embedded",
    "/ImportData": "launch", "/SubmitForm": "launch", "/Rendition": "media", "/Movie": "media",
    "/Sound": "media", "/RichMediaExecute": "media", "/GoTo3DView": "media",
}  # fmt: skip
# qpdf writes every name out plainly, so `/J#61vaScript` cannot slip by this first, quick look.
_WORDS = (
    rb"JS|JavaScript|XFA|EF|EmbeddedFiles?|FileAttachment|RichMedia\w*|Screen|Movie|Sound|3D|Launch|GoToR|GoToE"
    rb"|ImportData|SubmitForm|Rendition|GoTo3DView|OpenAction|AA"
)
ACTIVE_WORD = re.compile(rb"/(?:" + _WORDS + rb")(?![\w.])")
WORTH_A_LOOK = re.compile(rb"/(?:" + _WORDS + rb"|A|Next|URI|F|Ref)(?![\w.])")
MOST_OBJECTS = 500_000
DEEPEST = 60


def check(path: str, content: bytes, *, max_pages: int) -> int:
    """The number of pages of a PDF that may be kept; raises `Refuse` for any other."""
    _whole, end_mark, after = content[-4096:].rpartition(b"%%EOF")
    if not end_mark:
        raise Refuse("pdf_truncated")
    if after.strip(b"\0\t\r\n\f "):
        raise Refuse("pdf_trailing")
    try:
        document = pikepdf.open(path, attempt_recovery=False)
    except pikepdf.PasswordError:
        raise Refuse("pdf_encrypted") from None
    except pikepdf.PdfError:
        raise Refuse("pdf_broken") from None
    with document:
        if document.is_encrypted:
            raise Refuse("pdf_encrypted")
        pages = _count_pages(document.Root, max_pages)
        if len(document.objects) > MOST_OBJECTS:
            raise Refuse("too_hard")
        for thing in document.objects:
            _refuse_active(thing)
        _refuse_active(document.trailer)
        return pages


def _count_pages(root: Any, limit: int) -> int:
    """Counts leaves of the page tree, not what `/Count` claims; a tree that meets itself again is no tree."""
    count = 0
    seen: set[tuple[int, int]] = set()
    to_visit = [(root.get("/Pages"), 0)]
    while to_visit:
        node, depth = to_visit.pop()
        if not isinstance(node, pikepdf.Dictionary) or depth > DEEPEST:
            raise Refuse("pdf_broken")
        if node.objgen != (0, 0):
            if node.objgen in seen:
                raise Refuse("pdf_broken")
            seen.add(node.objgen)
        kids = node.get("/Kids")
        if kids is None:
            count += 1
        elif isinstance(kids, pikepdf.Array):
            if len(kids) > 10 * limit:
                raise Refuse("too_many_pages", limit=limit, pages=len(kids))
            to_visit += [(kid, depth + 1) for kid in kids]
        else:
            raise Refuse("pdf_broken")
        if count > limit:
            raise Refuse("too_many_pages", limit=limit, pages=max(count, _claimed_pages(root)))
    if count == 0:
        raise Refuse("pdf_no_pages")
    return count


def _claimed_pages(root: Any) -> int:
    claimed = root.Pages.get("/Count")
    return int(claimed) if isinstance(claimed, int) and claimed < 100_000 else 0


def _refuse_active(thing: Any) -> None:
    """Looks closely at an object whose text mentions a word of the active kind."""
    is_stream = isinstance(thing, pikepdf.Stream)
    plain = thing.stream_dict if is_stream else thing
    if not isinstance(plain, pikepdf.Dictionary | pikepdf.Array):
        return
    text = plain.unparse(resolved=True)
    if not (ACTIVE_WORD if _is_structure(text) else WORTH_A_LOOK).search(text):
        return
    if is_stream and "/F" in plain:
        raise Refuse("pdf_active", what="remote")
    for dictionary in _dictionaries_in(plain):
        _refuse_active_dictionary(dictionary)


def _is_structure(text: bytes) -> bool:
    """An element of the reading structure. A long report has a hundred thousand, and their /A is no action.

    What only calls itself one, but could also be clicked as an annotation or a bookmark, is looked at.
    """
    return b"/Type /StructElem" in text and b"/Subtype" not in text and b"/Title" not in text


def _dictionaries_in(thing: Any) -> Iterator[Any]:
    """The dictionaries written directly inside an object; what it refers to has its own turn."""
    to_visit = [(thing, 0)]
    while to_visit:
        node, depth = to_visit.pop()
        if depth > DEEPEST:
            raise Refuse("pdf_broken")
        if isinstance(node, pikepdf.Dictionary):
            yield node
            inside = list(node.values())
        else:
            inside = list(node)
        to_visit += [
            (part, depth + 1)
            for part in inside
            if isinstance(part, pikepdf.Dictionary | pikepdf.Array) and not part.is_indirect
        ]


def _refuse_active_dictionary(dictionary: Any) -> None:
    # One call for all keys: asking qpdf for a key that is not there takes as long as a dozen that are.
    keys = dictionary.keys()
    for key in keys & ACTIVE_KEYS.keys():
        raise Refuse("pdf_active", what=ACTIVE_KEYS[key])
    for key, names in (("/Type", ACTIVE_KINDS), ("/Subtype", ACTIVE_KINDS), ("/S", ACTION_NAMES)):
        if key in keys and (name := str(dictionary[key])) in names:
            raise Refuse("pdf_active", what=names[name])
    for key in keys & {"/A", "/OpenAction", "/Next"}:
        _refuse_unlisted_action(dictionary[key])
    if "/AA" in keys and isinstance(triggers := dictionary["/AA"], pikepdf.Dictionary):
        for action in triggers.values():
            _refuse_unlisted_action(action)
    if "/URI" in keys and isinstance(link := dictionary["/URI"], pikepdf.String):
        if not HARMLESS_LINKS.match(bytes(link)):
            raise Refuse("pdf_active", what="link")
    if "/Ref" in keys and isinstance(reference := dictionary["/Ref"], pikepdf.Dictionary):
        if "/F" in reference:
            raise Refuse("pdf_active", what="remote")


def _refuse_unlisted_action(action: Any) -> None:
    """An action is a dictionary that names itself by `/S`; a bare destination or a list of attributes is
    none.
    """
    steps = list(action) if isinstance(action, pikepdf.Array) else [action]
    for step in steps:
        if not isinstance(step, pikepdf.Dictionary) or "/S" not in step:
            continue
        name = str(step.get("/S"))
        if name not in HARMLESS_ACTIONS:
            raise Refuse("pdf_active", what=ACTION_NAMES.get(name, "launch"))
