"""The four conditions as three sources tell them: what is asked, what the enterprise says, what was verified.

Where two of them differ, the cell is marked and the difference is put into words: nobody has to look for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from accreditation import selectors
from accreditation.procedures.application import ProviderApplication
from accreditation.summary import NAMES, mark_of
from core.findings import Finding
from core.money import in_wan


@dataclass
class Row:
    """One line of the table. `mark` is ok, no, man, or warn: met, but the sources differ."""

    condition: str
    required: str
    declared: str
    verified: str
    departments: str
    mark: str
    is_number: bool = False
    differs: bool = False


@dataclass
class Comparison:
    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def compare(application: ProviderApplication, found: dict[str, list[Finding]]) -> Comparison:
    """`found` are the findings by condition, measured once for the whole page."""
    profile = application.profile()
    team = application.team.count()
    table = Comparison()
    table.rows += [
        Row(
            f"{NAMES['C1']}：办事机构、制度、风控",
            "有且健全",
            (profile and profile.office_address) or "未填",
            _counted(found["C1"]),
            "—",
            mark_of(found["C1"]),
        ),
        Row(
            f"{NAMES['C2']}：线上平台、专业团队",
            "已建立",
            f"{(profile and profile.get_platform_mode_display()) or '未填'} / {team} 人",
            f"{application.team.filter(is_insured=True).count()} 人参保，{_counted(found['C2'])}",
            "—",
            mark_of(found["C2"]),
        ),
        Row(
            f"{NAMES['C3']}：无违法、未失信、未下调",
            "无记录",
            "承诺无",
            _counted(found["C3"]),
            _registers(application),
            mark_of(found["C3"]),
        ),
    ]
    _add_served(table, application, found["C4"])
    _add_volume(table, application, found["C4"])
    return table


def _counted(findings: list[Finding]) -> str:
    met = sum(finding.ok is True for finding in findings)
    return f"{met} / {len(findings)} 项符合"


def _registers(application: ProviderApplication) -> str:
    checks = [
        check
        for subject in ("violation", "listing", "downgrade")
        for check in selectors.latest_checks(application, subject).values()
    ]
    hits = sum(check.is_hit for check in checks)
    return f"已查 {len(checks)} 项，{f'{hits} 项有记录' if hits else '无记录'}" if checks else "—"


def _add_served(table: Comparison, application: ProviderApplication, findings: list[Finding]) -> None:
    required = application.program.clients_asked(application.rules_on)
    declared = application.clients.values("uscc").distinct().count()
    counted = selectors.served_enterprises(application)
    finding = _of(findings, "serves_enough_enterprises")
    differs = declared != counted
    table.rows.append(
        Row(
            "（四）服务省内进出口企业（家）",
            f"≥ {required}",
            str(declared),
            str(counted),
            "—",
            _mark(finding, differs),
            is_number=True,
            differs=differs,
        )
    )
    if differs:
        table.remarks.append(
            f"清单列 {declared} 家，计入 {counted} 家：登记地不在省内、没有进出口实绩或合同不在近 12 个月内的不计。"
        )


def _add_volume(table: Comparison, application: ProviderApplication, findings: list[Finding]) -> None:
    required = application.program.volume_asked(application.rules_on)
    declared = selectors.trade_volume(application)
    verified = selectors.trade_volume(application, verified_only=True)
    finding = _of(findings, "trade_volume_reached")
    differs = declared != verified
    table.rows.append(
        Row(
            "（四）近一年业务量",
            f"≥ {in_wan(required)}",
            in_wan(declared),
            in_wan(verified),
            "—",
            _mark(finding, differs),
            is_number=True,
            differs=differs,
        )
    )
    if differs:
        table.remarks.append(
            f"申报 {in_wan(declared)}，已核实 {in_wan(verified)}，相差 {in_wan(declared - verified)}：只有已核实的计入。"
        )


def _of(findings: list[Finding], code: str) -> Finding:
    return next(finding for finding in findings if finding.code == code)


def _mark(finding: Finding, differs: bool) -> str:
    mark = mark_of([finding])
    return "warn" if mark == "ok" and differs else mark
