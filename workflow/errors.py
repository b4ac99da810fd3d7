"""What a person can run into when they act on a case; each carries the sentence the screen must say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.findings import Finding


class Refused(Exception):
    """The act did not happen and nothing was written. `message` tells the person why and what to do."""

    status = 409

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class Conflict(Refused):
    """Somebody or something was faster: the case is no longer what the screen showed."""


class NotMet(Refused):
    """A condition of the step does not hold. `findings` are those that failed, each with its clause."""

    status = 422

    def __init__(self, findings: list[Finding]):
        super().__init__("；".join(f.message for f in findings if f.message) or "条件未满足，未办理。")
        self.findings = findings


class InvalidInput(Refused):
    """What was typed cannot be used. `errors` maps field names to sentences; `form` keeps what was typed."""

    status = 422

    def __init__(self, errors: dict[str, list[str]], form=None):
        super().__init__("；".join(m for messages in errors.values() for m in messages))
        self.errors = errors
        self.form = form


class NotYours(Refused):
    """The actor's role or organization may not do this to this case. Screens answer 404, as for no case."""

    status = 404

    def __init__(self, message: str = "没有这个办件，或您无权查看。"):
        super().__init__(message)


def must(happened: bool) -> None:
    """A cascade that the decision depends on: where another act was faster, the decision does not happen."""
    if not happened:
        raise Conflict("有关事项的状态刚刚有变化，没有办理。请刷新页面后再办。")
