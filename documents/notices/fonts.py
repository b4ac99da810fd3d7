"""The faces official paper is set in, and the cut of each that a document can carry.

GB/T 9704 asks for 仿宋, 楷体, 黑体, 宋体 and 小标宋. An authority's own licensed files are taken from
`OFFICIAL_FONT_DIR` by name, else the free ones that `scripts/faces` fetches; where there are none, Noto CJK stands
in, and a system check says so. Each face is cut once to GB2312, with TrueType outlines: a page then weighs a fifth
of what the whole files make of it and is drawn twice as fast. The free faces end with GB2312, so beside each lies a
small cut of another font with the rarer characters of names. What neither holds falls back to the whole Noto font,
glyph by glyph.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTCollection, TTFont

from documents.notices.freetype import Drawings
from documents.notices.frequent import FREQUENT
from documents.notices.outlines import simplified

FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
    "/Library/Fonts",
    "/System/Library/Fonts",
)
# In names, and outside GB2312. A character missing here still prints, only from a larger font.
RARE_IN_NAMES = "镕堃喆昇翀犇旻珺禛邨玥旸祎赟贇㛃䶮㭎晞昉堉祺婳彧芃旎珈琤璟翾頔玙珮曌甯澍玚祾峄鋆钘锜霁骉"
MARKS = "〔〕〇—…·“”‘’《》「」￥§№℃㎡×÷±≥≤①②③④⑤⑥⑦⑧⑨⑩\u3000\u00a0"
POINTS = "，。、：；（）《》！？％"
# Changes when cuts made by an earlier version are no longer good.
EDITION = "11"
# The steps of the grid that outlines are laid on, to the character, and how many of them an outline may stray: in 3号
# type no more than a dot of a printer with 600 dpi. A page weighs half for it.
TEXT_GRID = (128, 1.0)
HEAD_GRID = (320, 1.0)
# Of every cut, above the baseline, in ems.
ASCENT = 0.88
# Between Latin words; the fonts do not agree on it.
SPACE = 0.25


class FontMissing(Exception):
    """No file for a face: setting the text in another one would be a document in the wrong form."""


# Of a page number there is nothing else to set.
PAGE_NUMBER = "0123456789— "


@dataclass(frozen=True)
class Font:
    """A file by its name, and the name of the font in it where it is a collection."""

    file: str
    name: str = ""


SERIF = Font("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC")
SERIF_BOLD = Font("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC Bold")
SANS_BOLD = Font("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC Bold")
# No free 仿宋 or 楷体 has rare characters; this one is as light as they are.
WENKAI = Font("LXGWWenKai-Light.ttf")


@dataclass(frozen=True)
class Face:
    """One of the five faces: the files that may supply it, best first; what stands in; what has rare characters."""

    role: str
    files: tuple[Font, ...]
    stand_in: Font
    spare: Font | None = None
    grid: tuple[int, float] = TEXT_GRID


FACES = (
    Face("fangsong", (Font("simfang.ttf"), Font("FandolFang-Regular.otf")), SERIF, WENKAI),
    Face("kai", (Font("simkai.ttf"), Font("FandolKai-Regular.otf")), SERIF, WENKAI),
    Face("hei", (Font("simhei.ttf"), Font("FandolHei-Regular.otf")), SANS_BOLD, SANS_BOLD),
    Face("song", (Font("simsun.ttc", "SimSun"), Font("FandolSong-Regular.otf")), SERIF),
    Face("biaosong", (Font("FZXBSJW.TTF"), Font("FandolSong-Bold.otf")), SERIF_BOLD, SERIF_BOLD, HEAD_GRID),
)
FACE = {face.role: face for face in FACES}
ROLES = tuple(FACE)


@cache
def repertoire() -> tuple[int, ...]:
    """The characters that texts are set in: GB2312, ASCII, the marks of documents, rare characters of names."""
    return _with_marks(_gb2312(0xA1, 0xF8) + RARE_IN_NAMES)


def _gb2312(first: int, end: int) -> str:
    rows = (bytes([high, low]) for high in range(first, end) for low in range(0xA1, 0xFF))
    return "".join(row.decode("gb2312", "ignore") for row in rows)


def _with_marks(characters: str) -> tuple[int, ...]:
    ascii_and_marks = "".join(map(chr, range(32, 127))) + MARKS
    wanted = {*characters, *ascii_and_marks}
    first = [each for each in dict.fromkeys(ascii_and_marks + POINTS + FREQUENT) if each in wanted]
    return tuple(map(ord, first + sorted(wanted - set(first))))


def _codes(role: str) -> tuple[int, ...]:
    """What is cut of a face: of those that only set headings, the common half of GB2312."""
    if role == "song":
        return tuple(map(ord, PAGE_NUMBER))
    return repertoire() if role in ("fangsong", "biaosong") else _with_marks(_gb2312(0xA1, 0xD8))


def cuts(role: str) -> tuple[Path, ...]:
    """The files of a face, the one with rare characters second; cut now if that has not been done on this machine."""
    return _cuts(role, settings.OFFICIAL_FONT_DIR, Path(settings.FONT_CUTS_DIR))


def all_cuts() -> dict[str, tuple[Path, ...]]:
    """The files of each face, by role."""
    return {role: cuts(role) for role in ROLES}


def missing() -> list[str]:
    """The roles for which this machine has no font at all."""
    return [role for role in ROLES if _supplied(role) is None]


def stood_in() -> list[str]:
    """The roles set in a face that the standard does not know, for want of the right one."""
    return [
        role for role in ROLES if (found := _supplied(role)) and found[0].name == FACE[role].stand_in.file
    ]


def advances(role: str) -> dict[int, float]:
    """How far each character of a face moves the pen, in ems: what lines are composed with."""
    return _advances(cuts(role))


def outlines(role: str) -> TTFont:
    """The cut font itself: for drawing seals, and for finding where the ink of a mark begins."""
    return _outlines(cuts(role)[0])


@cache
def _cuts(role: str, own: str, folder: Path) -> tuple[Path, ...]:
    face = FACE[role]
    first = _cut(_source(face), folder, _codes(role), face.grid)
    rare = set(_with_marks(RARE_IN_NAMES)) - set(_outlines(first).getBestCmap())
    spare = (_found(face.spare) or _found(SERIF)) if face.spare and rare else None
    return (first, _cut(spare, folder, tuple(sorted(rare)), face.grid)) if spare else (first,)


@cache
def _advances(cuts: tuple[Path, ...]) -> dict[int, float]:
    found: dict[int, float] = {}
    for font in map(_outlines, reversed(cuts)):
        em, widths = font["head"].unitsPerEm, font["hmtx"].metrics
        found |= {code: widths[name][0] / em for code, name in font.getBestCmap().items()}
    return found


@cache
def _outlines(cut: Path) -> TTFont:
    return TTFont(cut)


def _source(face: Face) -> tuple[Path, str]:
    """The file that supplies a face, and the name of the font in it where it is a collection."""
    if (found := _supplied(face.role)) is None:
        raise FontMissing(
            f"Run scripts/faces, install fonts-noto-cjk, or set OFFICIAL_FONT_DIR: no {face.role}."
        )
    return found


def _supplied(role: str) -> tuple[Path, str] | None:
    face = FACE[role]
    return next(filter(None, map(_found, (*face.files, face.stand_in))), None)


def _found(font: Font) -> tuple[Path, str] | None:
    own = (settings.OFFICIAL_FONT_DIR, Path(settings.FONT_CUTS_DIR) / "faces")
    here = (Path(folder) / font.file for folder in own if folder)
    path = next(filter(Path.is_file, here), None) or _installed(font.file)
    return (path, font.name) if path else None


@cache
def _installed(name: str) -> Path | None:
    return next((path for folder in FONT_FOLDERS for path in sorted(Path(folder).rglob(name))), None)


def _cut(found: tuple[Path, str], folder: Path, codes: tuple[int, ...], grid: tuple[int, float]) -> Path:
    source, name = found
    stamp = source.stat()
    print_of = repr((EDITION, str(source), name, stamp.st_size, stamp.st_mtime_ns, codes, grid))
    digest = hashlib.sha256(print_of.encode()).hexdigest()[:16]
    cut = folder / f"{source.stem}-{digest}.ttf"
    if not cut.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(cut):
            if not cut.exists():
                number, font = _open(source, name)
                with font, closing(Drawings(source, number)) as drawings:
                    _write(_small(font, drawings, codes, *grid), cut)
    return cut


@contextmanager
def _one_at_a_time(cut: Path) -> Iterator[None]:
    """A cut takes seconds of processor time: of several processes that need it, one makes it."""
    with open(cut.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open(source: Path, name: str) -> tuple[int, TTFont]:
    """The font and its number in the file."""
    if not name:
        return 0, TTFont(source, fontNumber=0, lazy=True)
    for number, font in enumerate(TTCollection(source, lazy=True).fonts):
        if font["name"].getDebugName(4) == name:
            return number, font
    raise FontMissing(f"{source} holds no font named {name}.")


def _small(font: TTFont, drawings: Drawings, wanted: tuple[int, ...], em: int, tolerance: float) -> TTFont:
    """A TrueType font of some characters, glyphs numbered anew: sparse numbers are most of a small PDF's weight."""
    cmap, metrics = font.getBestCmap(), font["hmtx"].metrics
    codes = {code: cmap[code] for code in wanted if code in cmap}
    order = list(dict.fromkeys([".notdef", *codes.values()]))
    scale = em / font["head"].unitsPerEm
    outlines = {
        name: simplified(drawings.contours(font.getGlyphID(name)), scale=scale, tolerance=tolerance)
        for name in order
    }
    builder = FontBuilder(em, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(codes)
    builder.setupGlyf(outlines)
    # The left bearing is where the outline begins: a reader moves the glyph by any difference.
    advance = {name: round(metrics[name][0] * scale) for name in order} | {cmap[32]: round(SPACE * em)}
    bearings = {name: (advance[name], getattr(outlines[name], "xMin", 0)) for name in order}
    builder.setupHorizontalMetrics(bearings)
    # One height for all faces, so that exchanging a font moves nothing on the page.
    above, below = round(ASCENT * em), em - round(ASCENT * em)
    builder.setupHorizontalHeader(ascent=above, descent=-below)
    builder.setupOS2(
        sTypoAscender=above,
        sTypoDescender=-below,
        usWinAscent=above,
        usWinDescent=below,
        usWeightClass=font["OS/2"].usWeightClass,
    )
    builder.setupPost(keepGlyphNames=False)
    builder.font["name"] = font["name"]
    return builder.font


def _write(font: TTFont, cut: Path) -> None:
    handle, unfinished = tempfile.mkstemp(dir=cut.parent, suffix=".new")
    with os.fdopen(handle, "wb") as file:
        font.save(file)
    os.replace(unfinished, cut)
