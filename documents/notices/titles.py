"""The rows of a title: broken where sense allows, and together a trapezium or a diamond (GB/T 9704, 7.3.1)."""

import re
from functools import cache, lru_cache

from documents.notices import fonts
from documents.notices.lines import CLUSTER, MAY_NOT_BEGIN, MAY_NOT_END

WIDEST = 19.0  # of a row, in characters of 22 pt
NARROWEST = 4.0
# Rows less than this apart look equal, and a title of equal rows looks like a block.
STEP = 0.8
# Broken only where nothing else helps.
WORDS = re.compile(
    "有限责任公司|有限公司|分公司|集团|综合改革|转型|示范区|管委会|供应链|进出口|综合|服务|企业|外贸|贸易|国际|省级|认定|申请|资格|"
    "复核|受理|推荐|材料|关于|通知书|决定书|告知书|决定|意见"
)
AT_A_BAR, BETWEEN_WORDS, INSIDE_A_WORD = 0.0, 1.0, 4.0

Rows = tuple[str, ...]


@lru_cache(maxsize=256)
def rows_of(title: str) -> Rows:
    """The rows of a title whose bars say where sense lets it be broken."""
    parts = [part.strip() for part in title.split("|")]
    whole = "".join(parts)
    if _width(whole) <= WIDEST:
        return (whole,)
    widths = [_width(part) for part in parts]
    if max(widths) <= WIDEST and _is_shapely(widths):
        return tuple(parts)
    return _Breaks(parts).best()


def _width(text: str) -> float:
    advances = fonts.advances("biaosong")
    return sum(advances.get(ord(c), 1.0) for c in text)


def _is_shapely(widths: list[float]) -> bool:
    """They grow to the longest and shrink from it, and not all are alike."""
    longest = widths.index(max(widths))
    rising, falling = widths[: longest + 1], widths[longest:]
    return (
        rising == sorted(rising)
        and falling == sorted(falling, reverse=True)
        and max(widths) - min(widths) > STEP
    )


class _Breaks:
    """Looks for the partition of a title into rows that hurts its sense least."""

    def __init__(self, parts: list[str]) -> None:
        text = "".join(parts)
        bars = {len("".join(parts[:n])) for n in range(1, len(parts))}
        inside = {at for word in WORDS.finditer(text) for at in range(word.start() + 1, word.end())} - bars
        starts = [cluster.start() for cluster in CLUSTER.finditer(text)]
        self.text = text
        self.places = [
            at for at in starts if at and text[at] not in MAY_NOT_BEGIN and text[at - 1] not in MAY_NOT_END
        ]
        self.places.append(len(text))
        self.hurt = {
            at: AT_A_BAR if at in bars else INSIDE_A_WORD if at in inside else BETWEEN_WORDS
            for at in self.places
        }
        self.upto = {at: _width(text[:at]) for at in (0, *self.places)}
        self.follow = cache(self._follow)

    def best(self) -> Rows:
        fewest = -int(-self.upto[len(self.text)] // WIDEST)
        found = [
            rows for n in range(max(fewest, 2), fewest + 3) if (rows := self.follow(0, 0.0, n, False, False))
        ]
        if not found:  # one word longer than a row, say: better a plain block than no title
            return tuple(self.text[at : at + int(WIDEST)] for at in range(0, len(self.text), int(WIDEST)))
        return min(found)[1]

    def _follow(
        self, start: int, above: float, left: int, falling: bool, stepped: bool
    ) -> tuple[float, Rows] | None:
        """The rows from `start`, `left` in number, below one as wide as `above`; and how much they hurt."""
        end = len(self.text)
        if left == 1:
            width = self.upto[end] - self.upto[start]
            fits = width <= (above if falling else WIDEST)
            return (0.0, (self.text[start:],)) if fits and (stepped or abs(width - above) > STEP) else None
        even = (self.upto[end] - self.upto[start]) / left
        best: tuple[float, Rows] | None = None
        for at in self.places[:-1]:
            width = self.upto[at] - self.upto[start]
            if at <= start or width < NARROWEST:
                continue
            if width > (above if falling else WIDEST):
                break
            rest = self.follow(
                at,
                width,
                left - 1,
                falling or width < above,
                stepped or (start > 0 and abs(width - above) > STEP),
            )
            if rest:
                hurt = self.hurt[at] + 0.1 * abs(width - even) + rest[0]
                if best is None or hurt < best[0]:
                    best = hurt, (self.text[start:at].rstrip(), *rest[1])
        return best
