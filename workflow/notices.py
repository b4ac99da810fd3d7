"""What a step issues: the kinds of official notice, named by the steps and written by `documents`.

`documents` lies above this app, so it registers its issuer here when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice of workflows.md §21. `signed_by` is the role whose body signs it."""

    code: str
    title: str
    adverse: bool = False  # needs reasons, a clause and the remedy paragraph (AMB-G10)


_issuer: Callable[..., Any] | None = None


def register_issuer(issue: Callable[..., Any]) -> None:
    """Called once by `documents`: `issue(kind, case=, ctx=)` writes the notice inside the step's transaction."""
    global _issuer
    _issuer = issue


def issue(kind: NoticeKind, case, ctx):
    if _issuer is None:
        raise RuntimeError("no notice issuer is registered: the documents app is not installed")
    return _issuer(kind, case=case, ctx=ctx)
