"""Lines of 28 characters, composed the way GB/T 9704 counts them.

WeasyPrint cannot justify Chinese: only spaces stretch, and punctuation that may not begin a line is pushed down
without anything closing up. So a paragraph is cut into its lines here, from the advances of the face, and each
line gets a tracking of its own that lets it end at the right edge.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

from documents.notices import fonts

# A line further from its natural width than this, per character, is left as it is: a long word would tear it.
WIDEST = 2.4
# A word longer than this is no word; it is divided anywhere.
LONGEST_WORD = 44
MAY_NOT_BEGIN = set("，。、；：？！）》」』】〕”’…—·％%,.;:?!)]")
MAY_NOT_END = set("（《「『【〔“‘￥$([")
CLUSTER = re.compile(r"…+|—+|[!-~]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Measure:
    """A column: its width, the size of its characters and their natural tracking, in points."""

    width: float
    size: float
    tracking: float = 0.0


# 156 mm and 3号: 28 characters of 16 pt are a little wider than the type area, hence the tracking.
BODY = Measure(width=442.2, size=16.0, tracking=442.2 / 28 - 16.0)
CERTIFICATE = Measure(width=558.0, size=17.0)
MEASURES = {"body": BODY, "certificate": CERTIFICATE}


@dataclass(frozen=True)
class Run:
    """A stretch of text in one face."""

    text: str
    role: str = "fangsong"


@dataclass(frozen=True)
class Cluster:
    """What is never divided: a character, a Latin word, a number, a dash or an ellipsis as a whole."""

    text: str
    role: str
    width: float  # in points, without tracking

    @property
    def is_space(self) -> bool:
        return self.text.isspace()


@dataclass(frozen=True)
class Line:
    runs: tuple[Run, ...]
    tracking: float  # in points

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def tracked(self) -> str:
        """The class that tells its tracking, in hundredths of a point: lines of one class share one style."""
        return f"t{round(self.tracking * 100)}"


def compose(runs: Iterable[Run], *, indent: int = 2, measure: Measure = BODY) -> list[Line]:
    """The lines of a paragraph whose first one begins `indent` characters to the right."""
    return list(_Column(measure).lines([run for run in runs if run.text], indent))


class _Column:
    """Fills lines of one measure."""

    def __init__(self, measure: Measure) -> None:
        self.measure = measure

    def lines(self, runs: list[Run], indent: int) -> Iterator[Line]:
        queue = [cluster for run in runs for cluster in self._clusters(run)]
        room = self.measure.width - indent * (self.measure.size + self.measure.tracking)
        while queue:
            taken = self._take(queue, room)
            line, queue = _trimmed(queue[:taken]), _trimmed(queue[taken:])
            natural, needed = self.measure.tracking, self._tracking(line, room)
            # The last line keeps its natural width, unless a closing mark was pulled up into it.
            yield Line(_joined(line), needed if queue else min(natural, needed))
            room = self.measure.width

    def _clusters(self, run: Run) -> list[Cluster]:
        advances = fonts.advances(run.role)

        def width(text: str) -> float:
            ems = (advances.get(ord(c)) or (1.0 if east_asian_width(c) in "WF" else 0.5) for c in text)
            return sum(ems) * self.measure.size

        return [
            Cluster(part, run.role, width(part))
            for piece in CLUSTER.findall(re.sub(r"\s+", " ", run.text))
            for part in ([piece] if len(piece) <= LONGEST_WORD else piece)
        ]

    def _take(self, queue: list[Cluster], room: float) -> int:
        """How many clusters the next line holds."""
        fitting, used = 0, 0.0
        while fitting < len(queue):
            used += queue[fitting].width + self.measure.tracking * len(queue[fitting].text)
            if used > room + 0.01:
                break
            fitting += 1
        if fitting == len(queue):
            return fitting
        longer = shorter = max(fitting, 1)
        while not _may_break(queue, longer):
            longer += 1
        while shorter > 1 and not _may_break(queue, shorter):
            shorter -= 1
        if not _may_break(queue, shorter):
            return longer
        return min((shorter, longer), key=lambda taken: self._strain(queue[:taken], room))

    def _strain(self, clusters: list[Cluster], room: float) -> float:
        return abs(self._needed(_trimmed(clusters), room) - self.measure.tracking)

    def _tracking(self, clusters: list[Cluster], room: float) -> float:
        needed = self._needed(clusters, room)
        return needed if needed <= WIDEST else self.measure.tracking

    def _needed(self, clusters: list[Cluster], room: float) -> float:
        """The space between characters that lets a line end exactly at the edge."""
        width = sum(cluster.width for cluster in clusters)
        gaps = sum(len(cluster.text) for cluster in clusters) - 1
        return (room - width) / gaps if gaps else self.measure.tracking


def _may_break(queue: list[Cluster], at: int) -> bool:
    if at >= len(queue):
        return True
    return queue[at].text[0] not in MAY_NOT_BEGIN and queue[at - 1].text[-1] not in MAY_NOT_END


def _trimmed(clusters: list[Cluster]) -> list[Cluster]:
    start, end = 0, len(clusters)
    while start < end and clusters[start].is_space:
        start += 1
    while end > start and clusters[end - 1].is_space:
        end -= 1
    return clusters[start:end]


def _joined(clusters: list[Cluster]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for cluster in clusters:
        if runs and runs[-1].role == cluster.role:
            runs[-1] = Run(runs[-1].text + cluster.text, cluster.role)
        else:
            runs.append(Run(cluster.text, cluster.role))
    return tuple(runs)
