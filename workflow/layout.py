"""Places the boxes of a diagram in rows, and its lines between them; layered, the way such diagrams are drawn.

Progress runs downwards in the order the states are declared; what leads back runs upwards. A line that crosses
several rows gets an invisible place in each, and one place for its words, so words never lie on a box. The same
input always gives the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

CHARACTER, NARROW = 12.0, 6.8  # width of a Chinese character and of a Latin one, in the size of the words
LINE = 16.0
BOX_HEIGHT, BOX_PADDING = 46.0, 30.0
GAP_X, GAP_Y = 18.0, 24.0
MARGIN = 14.0
SWEEPS = 24
STRAIGHT = 8.0  # how much a long line wants to be straight, beside a short one


@dataclass(eq=False)
class Place:
    """Something that takes room in a row: a box, the words of a line, or a line passing through."""

    row: int
    width: float
    height: float
    code: str = ""
    words: tuple[str, ...] = ()
    x: float = 0.0
    y: float = 0.0
    extent: float = 0.0  # height of its row: a line runs straight past the boxes beside it
    above: list[Place] = field(default_factory=list)
    below: list[Place] = field(default_factory=list)

    @property
    def passes(self) -> bool:
        return not self.code and not self.words


@dataclass(frozen=True)
class Box:
    code: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Words:
    lines: list[tuple[str, float]]  # a line of words and its baseline
    x: float
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """`path` in SVG's words; `tip` are the three corners of the arrow head."""

    path: str
    tip: str
    is_back: bool


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box]
    words: list[Words]
    lines: list[Line]
    start: tuple[float, float] | None


def width_of(text: str) -> float:
    return sum(CHARACTER if ord(c) > 0x2E80 else NARROW for c in text)


def laid_out(
    order: Sequence[str],
    arrows: Mapping[tuple[str, str], Sequence[str]],
    boxes: Mapping[str, tuple[str, str]],
) -> Drawing:
    """`order` is the order of progress; its first entry is the start, drawn as a dot. `boxes` are two lines each."""
    rank = _ranks(order, arrows)
    places = {code: _box(code, 2 * rank[code], boxes.get(code)) for code in order if code in rank}
    rows: list[list[Place]] = [[] for _ in range(2 * max(rank.values()) + 1)]
    for place in places.values():
        rows[place.row].append(place)
    chains = [
        (source, target, _chain(places, rows, source, target, words))
        for (source, target), words in arrows.items()
    ]
    _put_in_order(rows)
    _put_side_by_side(rows)
    height = _put_below_each_other(rows)
    return _drawn(rows, chains, height)


# --- Rows ----------------------------------------------------------------------------------------------------


def _ranks(order: Sequence[str], arrows: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many steps forward a state is from the start, by the longest way; back steps do not count."""
    position = {code: n for n, code in enumerate(order)}
    rank: dict[str, int] = {}
    for code in order:
        before = [s for s, t in arrows if t == code and position[s] < position[code] and s in rank]
        if before:
            rank[code] = max(rank[s] for s in before) + 1
        elif any(code in pair for pair in arrows):
            rank[code] = 0 if code == order[0] else 1
    return rank


def _box(code: str, row: int, words: tuple[str, str] | None) -> Place:
    if words is None:
        return Place(row, 14, 14, code)
    wide = max(1.17 * width_of(words[0]), width_of(words[1]))
    return Place(row, wide + BOX_PADDING, BOX_HEIGHT, code)


def _chain(places, rows, source: str, target: str, words: Sequence[str]) -> list[Place]:
    """The places a line takes from the upper box to the lower one; its words stand near where it starts."""
    is_back = places[target].row <= places[source].row
    upper, lower = (places[target], places[source]) if is_back else (places[source], places[target])
    chain = [upper]
    worded = lower.row - 1 if is_back else upper.row + 1
    for row in range(upper.row + 1, lower.row):
        if row == worded:
            wide = max(width_of(line) for line in words) + 10
            place = Place(row, wide, LINE * len(words) + 2, words=tuple(words))
        else:
            place = Place(row, 6, 0)
        rows[row].append(place)
        chain.append(place)
    chain.append(lower)
    for above, below in pairwise(chain):
        above.below.append(below)
        below.above.append(above)
    return chain


# --- Order inside a row: as few crossings as can be had --------------------------------------------------------


def _put_in_order(rows: list[list[Place]]) -> None:
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        numbers = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
        for number in numbers:
            beside = rows[number - 1] if downwards else rows[number + 1]
            position = {id(place): n for n, place in enumerate(beside)}
            wish = {}
            for n, place in enumerate(rows[number]):
                near = place.above if downwards else place.below
                wish[id(place)] = sum(position[id(p)] for p in near) / len(near) if near else float(n)
            rows[number].sort(key=lambda place: wish[id(place)])
        crossings = _crossings(rows)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    for row, kept in zip(rows, best, strict=True):
        row[:] = kept


def _crossings(rows: list[list[Place]]) -> int:
    total = 0
    for upper, lower in pairwise(rows):
        position = {id(place): n for n, place in enumerate(lower)}
        pairs = [(n, position[id(below)]) for n, place in enumerate(upper) for below in place.below]
        total += sum(a < c and b > d for a, b in pairs for c, d in pairs)
    return total


# --- Coordinates -----------------------------------------------------------------------------------------------


def _put_side_by_side(rows: list[list[Place]]) -> None:
    """Each place wants to stand under or over its neighbours; the order and the gaps are kept."""
    for row in rows:
        edge = 0.0
        for place in row:
            place.x = edge + place.width / 2
            edge += place.width + GAP_X
    for sweep in range(2 * SWEEPS):
        downwards = sweep % 2 == 0
        for row in rows if downwards else reversed(rows):
            wishes = []
            for place in row:
                near = (place.above if downwards else place.below) or place.below or place.above
                weights = [STRAIGHT if place.passes or p.passes else 1.0 for p in near]
                wanted = (
                    sum(w * p.x for w, p in zip(weights, near, strict=True)) / sum(weights)
                    if near
                    else place.x
                )
                wishes.append((wanted, sum(weights) or 0.1))
            _settle(row, wishes)
    left = min(place.x - place.width / 2 for row in rows for place in row)
    for row in rows:
        for place in row:
            place.x += MARGIN - left


def _settle(row: list[Place], wishes: list[tuple[float, float]]) -> None:
    """The places nearest to what was wished that keep order and gaps: neighbours too close are moved as one."""
    offsets, edge = [], 0.0
    for n, place in enumerate(row):
        edge += (row[n - 1].width + place.width) / 2 + GAP_X if n else 0.0
        offsets.append(edge)
    blocks: list[list[float]] = []  # mean of (wish - offset), weight, how many
    for (wanted, weight), offset in zip(wishes, offsets, strict=True):
        blocks.append([wanted - offset, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, weight, count = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + mean * weight) / (before[1] + weight)
            before[1] += weight
            before[2] += count
    n = 0
    for mean, _weight, count in blocks:
        for _ in range(int(count)):
            row[n].x = mean + offsets[n]
            n += 1


def _put_below_each_other(rows: list[list[Place]]) -> float:
    y = MARGIN
    for row in rows:
        tallest = max((place.height for place in row), default=0.0)
        for place in row:
            place.y, place.extent = y + tallest / 2, tallest
        y += tallest + GAP_Y
    return y - GAP_Y + MARGIN


# --- Lines -----------------------------------------------------------------------------------------------------


def _drawn(rows: list[list[Place]], chains, height: float) -> Drawing:
    boxes, words, start = [], [], None
    for place in (place for row in rows for place in row):
        left, top = place.x - place.width / 2, place.y - place.height / 2
        if place.words:
            baselines = [(line, _round(top + 13 + n * LINE)) for n, line in enumerate(place.words)]
            words.append(
                Words(
                    baselines,
                    _round(place.x),
                    _round(left),
                    _round(top),
                    _round(place.width),
                    _round(place.height),
                )
            )
        elif place.code and place.height < BOX_HEIGHT:
            start = (_round(place.x), _round(place.y))
        elif place.code:
            boxes.append(Box(place.code, _round(left), _round(top), _round(place.width), place.height))
    ports = _ports(chains)
    lines = [
        _line(chain, ports[(number, 0)], ports[(number, 1)], is_back=chain[0].code == target)
        for number, (_source, target, chain) in enumerate(chains)
    ]
    width = max(place.x + place.width / 2 for row in rows for place in row) + MARGIN
    return Drawing(round(width), round(height), boxes, words, lines, start)


def _ports(chains) -> dict[tuple[int, int], float]:
    """Where each line leaves its upper box (0) and enters its lower one (1), spread along the edge without crossing."""
    ends: dict[tuple[int, int], list[tuple[float, int, Place]]] = {}
    for number, (_source, _target, chain) in enumerate(chains):
        ends.setdefault((id(chain[0]), 0), []).append((chain[1].x, number, chain[0]))
        ends.setdefault((id(chain[-1]), 1), []).append((chain[-2].x, number, chain[-1]))
    ports: dict[tuple[int, int], float] = {}
    for (_box, end), found in ends.items():
        found.sort(key=lambda one: one[:2])
        place, gaps = found[0][2], len(found) - 1
        step = max(0.0, min((place.width - 24) / gaps, 26.0)) if gaps else 0.0
        for n, (_x, number, _place) in enumerate(found):
            ports[(number, end)] = place.x + (n - gaps / 2) * step
    return ports


def _line(chain: list[Place], leaves: float, enters: float, *, is_back: bool) -> Line:
    top = (leaves, chain[0].y + chain[0].height / 2)
    bottom = (enters, chain[-1].y - chain[-1].height / 2)
    points = [top]
    for place in chain[1:-1]:
        points += [(place.x, place.y - place.extent / 2), (place.x, place.y + place.extent / 2)]
    points.append(bottom)
    tip_x, tip_y = top if is_back else bottom
    # The line ends where the arrow head begins, or it would stick out of the tip.
    away = 7.0 if is_back else -7.0
    points[0 if is_back else -1] = (tip_x, tip_y + away)
    path = f"M{_round(points[0][0])} {_round(points[0][1])}"
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 == x1:
            path += f"V{_round(y1)}"
        else:
            half = (y0 + y1) / 2
            path += f"C{_round(x0)} {_round(half)} {_round(x1)} {_round(half)} {_round(x1)} {_round(y1)}"
    tip = f"{_round(tip_x)},{_round(tip_y)} {_round(tip_x - 4)},{_round(tip_y + away)} {_round(tip_x + 4)},{_round(tip_y + away)}"
    return Line(path, tip, is_back)


def _round(value: float) -> float:
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded
