"""The whole demo on paper, drawn from one seed: enterprises, their people, and the minute of every act.

A plan knows nothing of the database and nothing of today; the same seed is the same plan.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from random import Random

from core import uscc
from portal.demo import names
from portal.demo.cast import OFFICIALS, Official
from portal.demo.stories import NEWCOMERS, STORIES, Story

SEED = 7
OFFICE_HOURS = ((dt.time(9), 150), (dt.time(14, 30), 180))  # from when, how many minutes
PLACES = {  # prefix of a firm's key: region of its office, region of its registration
    "ty": ("140100", "140100"),
    "dt": ("140200", "140200"),
    "zg": ("SX-ZGQ", "140100"),
    "wh": ("140100", "420100"),
}
# Firms whose licence and report carry their own name: those a visitor is most likely to open.
DRAWN_FOR_THEMSELVES = ("ty05", "ty12", "ty14", "dt09", "ty22")
LISTED = {
    "ty01": "还没有申请",
    "ty03": "导入有错行",
    "ty04": "待法定代表人签署",
    "ty08": "待补正",
    "dt02": "刚提交",
    "zg07": "拟不予认定，待陈述",
    "ty24": "已认定",
    "ty29": "待报送三年复核材料",
    "zg09": "拟取消认定，待陈述",
    "wh01": "注册在省外，已认定",
}
LISTED_WITH_LEGAL_REPRESENTATIVE = ("ty01", "ty04", "ty29")


@dataclass(frozen=True)
class Firm:
    """An enterprise with its legal representative, handlers and team."""

    key: str
    name: str
    uscc: str
    region: str
    legal_representative: str
    handlers: tuple[str, ...]
    team: tuple[tuple[str, str, str], ...]
    address: str
    phone: str
    platform: str
    is_licensed: bool
    note: str
    is_listed: bool
    lists_legal_representative: bool

    @property
    def has_own_papers(self) -> bool:
        return self.key in DRAWN_FOR_THEMSELVES


@dataclass(frozen=True)
class Act:
    """One thing somebody does: in which story, how many working days back, at what time of that day."""

    story: int
    name: str
    argument: str
    back: int
    time: dt.time


@dataclass(frozen=True)
class Plan:
    seed: int
    firms: tuple[Firm, ...]
    officials: tuple[Official, ...]
    stories: tuple[Story, ...]
    acts: tuple[Act, ...]

    def digest(self) -> str:
        """The same for the same world: whoever compares two demos compares this."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def draw(
    seed: int = SEED, stories: tuple[Story, ...] = STORIES, newcomers: tuple[str, ...] = NEWCOMERS
) -> Plan:
    rng = Random(seed)
    brands = rng.sample(names.BRANDS, len(names.BRANDS))
    keys = sorted({story.firm for story in stories} | set(newcomers))
    firms = tuple(_firm(rng, key, serial, brands) for serial, key in enumerate(keys, 1))
    acts = tuple(act for number, story in enumerate(stories) for act in _acts(rng, number, story))
    return Plan(seed, firms, OFFICIALS, stories, acts)


def person(rng: Random) -> str:
    return rng.choice(names.SURNAMES) + rng.choice(names.GIVEN)


def _firm(rng: Random, key: str, serial: int, brands: list[str]) -> Firm:
    region, registered = PLACES[key[:2]]
    seat = names.CITIES.get(registered) or names.OUTSIDE[registered]
    brand = brands.pop()
    people = _different(rng, 2 + rng.randrange(2))
    team = tuple((person(rng), *post) for post in rng.sample(names.POSTS, rng.randint(3, 6)))
    return Firm(
        key=key,
        name=f"{'山西' if region == 'SX-ZGQ' else seat}{brand}{rng.choice(names.TRADES)}有限公司",
        uscc=uscc.generate(registered, 40_000 + serial),
        region=region,
        legal_representative=people[0],
        handlers=tuple(people[1:]),
        team=team,
        address=f"{rng.choice(names.STREETS[region])} {rng.randint(1, 188)} 号",
        phone=f"0351-5550{serial:03d}" if region != "140200" else f"0352-5550{serial:03d}",
        platform=f"{brand}外贸通",
        is_licensed=rng.random() < 0.3,
        note=LISTED.get(key, ""),
        is_listed=key in LISTED,
        lists_legal_representative=key in LISTED_WITH_LEGAL_REPRESENTATIVE,
    )


def _different(rng: Random, number: int) -> list[str]:
    found: list[str] = []
    while len(found) < number:
        name = person(rng)
        if name not in found:
            found.append(name)
    return found


def _acts(rng: Random, number: int, story: Story) -> Iterator[Act]:
    """The acts of a day spread over its office hours, in their order."""
    ordered = sorted(story.acts, key=lambda act: -act[1])  # stable: acts of one day keep their order
    for back, same_day in groupby(ordered, key=lambda act: act[1]):
        today = [name for name, _back in same_day]
        minutes = sorted(rng.sample(range(sum(lasting for _begins, lasting in OFFICE_HOURS)), len(today)))
        for name, minute in zip(today, minutes, strict=True):
            act, _colon, argument = name.partition(":")
            yield Act(number, act, argument, back, time_of(minute))


def time_of(minute: int) -> dt.time:
    """The time of day at which so many minutes of office hours are over."""
    for begins, lasting in OFFICE_HOURS:
        if minute < lasting:
            return (dt.datetime.combine(dt.date.min, begins) + dt.timedelta(minutes=minute)).time()
        minute -= lasting
    raise ValueError("The office is closed.")
