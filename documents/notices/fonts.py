"""The faces official paper is set in, and the cut of each that a document can carry.

GB/T 9704 asks for 仿宋, 楷体, 黑体, 宋体 and 小标宋. An authority's own licensed files, or free ones, are taken from
`OFFICIAL_FONT_DIR` by name; where it has none, Noto CJK stands in. Each face is cut once to GB2312 and the rarer
characters of names, with TrueType outlines: a page then weighs a fifth of what the 26 MB collections make of it and
is drawn twice as fast. What lies outside the cut falls back to the whole font, glyph by glyph.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
# In names, and outside GB2312. A character missing here still prints, only from a larger font.
RARE_IN_NAMES = "镕堃喆昇翀犇旻珺禛邨玥旸祎赟贇㛃䶮㭎晞昉堉祺婳彧芃旎珈琤璟翾頔玙珮曌甯澍玚祾峄鋆钘锜霁骉"
MARKS = "〔〕〇—…·“”‘’《》「」￥§№℃㎡×÷±≥≤①②③④⑤⑥⑦⑧⑨⑩\u3000\u00a0"
# Changes when cuts made by an earlier version are no longer good.
EDITION = "3"
# Outlines are laid on a grid of 320 to the character and stay within 0.7 of it of the original: half of what a
# printer with 1200 dpi can show of 3号 type, and a page is a fifth lighter for it.
EM = 320
TOLERANCE = 0.7
# Of every cut, above the baseline, in ems.
ASCENT = 0.88


class FontMissing(Exception):
    """No file for a face: setting the text in another one would be a document in the wrong form."""


@dataclass(frozen=True)
class Face:
    """One of the five faces: the files that may supply it, best first, and the Noto font that stands in."""

    role: str
    files: tuple[str, ...]
    stand_in: str
    stand_in_name: str


FACES = (
    Face(
        "fangsong", ("simfang.ttf", "FandolFang-Regular.otf"), "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"
    ),
    Face("kai", ("simkai.ttf", "FandolKai-Regular.otf"), "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
    Face("hei", ("simhei.ttf", "FandolHei-Regular.otf"), "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC Bold"),
    Face("song", ("simsun.ttc", "FandolSong-Regular.otf"), "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
    Face(
        "biaosong", ("FZXBSJW.TTF", "FandolSong-Bold.otf"), "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC Bold"
    ),
)


@cache
def repertoire() -> tuple[int, ...]:
    """The characters every cut holds: GB2312, ASCII, the marks of documents, rare characters of names."""
    rows = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    gb2312 = "".join(row.decode("gb2312", "ignore") for row in rows)
    ascii_and_names = "".join(map(chr, range(32, 127))) + MARKS + RARE_IN_NAMES
    return tuple(sorted(set(map(ord, gb2312 + ascii_and_names))))


ROLES = tuple(face.role for face in FACES)


def cut(role: str) -> Path:
    """The file of a face; cut now if that has not been done on this machine."""
    source, name = _source(next(face for face in FACES if face.role == role))
    return _cut(source, name, Path(settings.FONT_CUTS_DIR))


def cuts() -> dict[str, Path]:
    """The file of each face, by role."""
    return {role: cut(role) for role in ROLES}


def missing() -> list[str]:
    """The roles for which this machine has no font at all."""
    return [face.role for face in FACES if not _has_source(face)]


def advances(role: str) -> dict[int, float]:
    """How far each character of a face moves the pen, in ems: what lines are composed with."""
    return _advances(cut(role))


def outlines(role: str) -> TTFont:
    """The cut font itself: for drawing seals, and for finding where the ink of a mark begins."""
    return _outlines(cut(role))


@cache
def _advances(cut: Path) -> dict[int, float]:
    font = _outlines(cut)
    em, widths = font["head"].unitsPerEm, font["hmtx"].metrics
    return {code: widths[name][0] / em for code, name in font.getBestCmap().items()}


@cache
def _outlines(cut: Path) -> TTFont:
    return TTFont(cut)


def _has_source(face: Face) -> bool:
    try:
        _source(face)
    except FontMissing:
        return False
    return True


def _source(face: Face) -> tuple[Path, str]:
    """The file that supplies a face, and the name of the font in it where it is a collection."""
    if settings.OFFICIAL_FONT_DIR:
        for name in face.files:
            if (path := Path(settings.OFFICIAL_FONT_DIR) / name).is_file():
                return path, ""
    return _installed(face.stand_in), face.stand_in_name


@cache
def _installed(name: str) -> Path:
    for folder in FONT_FOLDERS:
        for path in sorted(Path(folder).rglob(name)):
            return path
    raise FontMissing(f"Install fonts-noto-cjk, or set OFFICIAL_FONT_DIR: there is no {name}.")


@cache
def _cut(source: Path, name: str, folder: Path) -> Path:
    stamp = source.stat()
    print_of = repr((EDITION, str(source), name, stamp.st_size, stamp.st_mtime_ns, repertoire()))
    digest = hashlib.sha256(print_of.encode()).hexdigest()[:16]
    cut = folder / f"{source.stem}-{digest}.ttf"
    if not cut.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(cut):
            if not cut.exists():
                with _open(source, name) as font:
                    _write(_small(font), cut)
    return cut


@contextmanager
def _one_at_a_time(cut: Path) -> Iterator[None]:
    """A cut takes seconds of processor time: of several processes that need it, one makes it."""
    with open(cut.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open(source: Path, name: str) -> TTFont:
    if not name:
        return TTFont(source, fontNumber=0, lazy=True)
    for font in TTCollection(source, lazy=True).fonts:
        if font["name"].getDebugName(4) == name:
            return font
    raise FontMissing(f"{source} holds no font named {name}.")


def _small(font: TTFont) -> TTFont:
    """A TrueType font of the repertoire, glyphs numbered anew: sparse numbers are most of a small PDF's weight."""
    cmap, glyphs, metrics = font.getBestCmap(), font.getGlyphSet(), font["hmtx"].metrics
    codes = {code: cmap[code] for code in repertoire() if code in cmap}
    order = list(dict.fromkeys([".notdef", *codes.values()]))
    scale = EM / font["head"].unitsPerEm
    outlines = {name: _quadratic(glyphs[name], scale) for name in order}
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(codes)
    builder.setupGlyf(outlines)
    # The left bearing is where the outline begins: a reader moves the glyph by any difference.
    bearings = {name: (round(metrics[name][0] * scale), getattr(outlines[name], "xMin", 0)) for name in order}
    builder.setupHorizontalMetrics(bearings)
    # One height for all faces, so that exchanging a font moves nothing on the page.
    above, below = round(ASCENT * EM), EM - round(ASCENT * EM)
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


def _quadratic(glyph: Any, scale: float) -> Any:
    pen = TTGlyphPen(None)
    glyph.draw(TransformPen(Cu2QuPen(pen, TOLERANCE, reverse_direction=True), (scale, 0, 0, scale, 0, 0)))
    drawn = pen.glyph()
    drawn.coordinates.toInt()
    return drawn


def _write(font: TTFont, cut: Path) -> None:
    handle, unfinished = tempfile.mkstemp(dir=cut.parent, suffix=".new")
    with os.fdopen(handle, "wb") as file:
        font.save(file)
    os.replace(unfinished, cut)
