from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What must become of a file: refused in words, kept without harm, read with its bad rows named, or taken."""

    REJECT = "reject"
    INERT = "inert"
    ROWS = "rows"
    ACCEPT = "accept"


@dataclass(frozen=True)
class Sample:
    """`code` is the refusal expected of a rejected file, where the file leaves no doubt about it."""

    label: str
    name: str
    slot: str
    content: bytes
    verdict: Verdict = Verdict.REJECT
    code: str = ""
