"""How lists name the procedures and their states, in the few words a column has room for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from workflow.steps import PROCEDURES

SHORT = {
    "ProviderApplication": _("认定申报"),
    "Consultation": _("征求意见"),
    "Publicity": _("公示"),
    "Objection": _("公示异议"),
    "Accreditation": _("名录授牌"),
    "CenterSetup": _("中心设立"),
    "Center": _("服务中心"),
    "ProviderReview": _("三年复核"),
    "RevocationCase": _("取消资格"),
    "CenterAdjustment": _("调整撤销"),
    "TripartiteAgreement": _("三方协议"),
    "Contract": _("承办合同"),
    "OperatorFiling": _("承办备案"),
}
CLOSED = "closed"


@cache
def kind_word(kind: str) -> str:
    return str(SHORT.get(kind) or PROCEDURES[kind]._meta.verbose_name)


@cache
def state_word(kind: str, state: str) -> str:
    return str(PROCEDURES[kind].State(state).label) if state else ""


def kinds_held_by(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """The procedures of which somebody in these roles can hold a case: (kind, word)."""
    held = set(roles)
    return [(kind, kind_word(kind)) for kind, one in PROCEDURES.items() if held & set(one.holders.values())]


def states_held_by(roles: Iterable[Role], kind: str = "") -> list[tuple[str, str]]:
    """The states in which somebody in these roles holds a case: (state, word), each once."""
    held = set(roles)
    found: dict[str, str] = {}
    for name, procedure in PROCEDURES.items():
        if kind and name != kind:
            continue
        for state, role in procedure.holders.items():
            if role in held:
                found.setdefault(str(state), str(procedure.State(state).label))
    return list(found.items())


def choices_of_kinds() -> list[tuple[str, str]]:
    return [(kind, kind_word(kind)) for kind in PROCEDURES]
