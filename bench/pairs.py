"""The arithmetic of a comparison: figures taken in turns, and what may be read from them.

Absolute times of a shared machine say nothing. Ours and theirs are taken A B A B, so that whatever slows the
machine slows both, and what is reported is the median of the ratios of neighbours.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pairs:
    """Figures of ours and theirs in the order they were taken; the n-th of one belongs to the n-th of the other."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        return [a / b for a, b in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    def __len__(self) -> int:
        return len(self.ours)


def in_turns(ours: Callable[[], float], theirs: Callable[[], float], pairs: int) -> Pairs:
    """Take both figures so many times, one after the other."""
    taken = [(ours(), theirs()) for _ in range(pairs)]
    return Pairs(tuple(a for a, _ in taken), tuple(b for _, b in taken))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def exponent(ratio: float, growth: float) -> float:
    """The power of the size that a time grows with, from its ratio between two sizes; 0 is flat, 1 is linear."""
    return math.log10(ratio) / math.log10(growth)
