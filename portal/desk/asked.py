"""What a reader asked of a list, as it stands in the query string: so that back, bookmarks and saved views work."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

SIZES = (12, 24, 50)
USUAL_SIZE = 24
SORTS = ("left", "-left")
KEPT = ("due", "kind", "state", "who", "view", "text", "sort", "size")
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Asked:
    """Filters, order and place in a list. What makes no sense counts as not asked."""

    due: str = ""
    kind: str = ""
    state: str = ""
    who: str = ""  # "me", "free" or everybody
    view: str = ""  # a figure above the list that is a filter
    text: str = ""
    sort: str = "left"
    size: int = USUAL_SIZE
    after: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        size = query.get("size", "")
        return cls(
            due=_one_of(query.get("due", ""), ("overdue", "today", "week")),
            kind=query.get("kind", "")[:40],
            state=query.get("state", "")[:32],
            who=_one_of(query.get("who", ""), ("me", "free")),
            view=query.get("view", "")[:20],
            text=query.get("text", "").replace("\x00", "").strip()[:LONGEST_TEXT],
            sort=_one_of(query.get("sort", ""), SORTS) or "left",
            size=int(size) if size in map(str, SIZES) else USUAL_SIZE,
            after=query.get("after", "")[:40],
        )

    def kept(self) -> dict[str, str]:
        """The filters that are set, as the query string writes them."""
        kept = {"due": self.due, "kind": self.kind, "state": self.state, "who": self.who, "view": self.view}
        return {name: value for name, value in kept.items() if value}

    def link(self, **changes: object) -> str:
        """The same list with something changed; a page further in is only asked for by `after`."""
        told: dict[str, object] = {**self.kept(), "text": self.text}
        if self.sort != "left":
            told["sort"] = self.sort
        if self.size != USUAL_SIZE:
            told["size"] = self.size
        told |= changes
        return "?" + urlencode({name: value for name, value in told.items() if value})

    def is_like(self, query: str) -> bool:
        """Whether nothing but this filter is asked for; order and size do not matter."""
        return self.kept() == dict(parse_qsl(query)) and not self.text

    @property
    def narrows(self) -> bool:
        """Whether anything is left out: an empty list then offers to take the filters away."""
        return any((self.due, self.kind, self.state, self.who, self.view, self.text))

    @property
    def is_first_of_all(self) -> bool:
        """Whether this is what everybody sees first: nothing left out, the most urgent on top."""
        return not (self.narrows or self.after) and self.sort == "left"


def _one_of(given: str, known: tuple[str, ...]) -> str:
    return given if given in known else ""


def kept_query(text: str) -> str:
    """A query string reduced to what a view may keep: no place in the list, nothing foreign."""
    pairs = [(key, value[:LONGEST_TEXT]) for key, value in parse_qsl(text[:1000]) if key in KEPT]
    return urlencode(pairs)
