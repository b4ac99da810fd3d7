"""The tables of an application as people fill them in: columns, what a row must satisfy, what makes it not count.

The enterprises served (SX-41) and the trade records (SX-42); how rows come and go is `accreditation.imports`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from stdnum import numdb

from accreditation.materials import ServedClient, TradeRecord
from accreditation.procedures.application import ProviderApplication
from core import clock
from documents.spreadsheets.columns import USCC, Amount, Choice, Code, Column, Day, Once, Text, YesNo

Values = Mapping[str, Any]
Problem = tuple[str, str, str]  # column, reason, what to do


def contract_in_order(values: Values) -> Iterable[Problem]:
    """A contract cannot end before it begins, nor have been signed in the future."""
    begins, ends, today = values.get("contract_from"), values.get("contract_until"), clock.today()
    if begins and begins > today:
        fix = _("尚未生效的合同不用填报，请核对日期或删除本行")
        yield "contract_from", _("晚于今天（%(today)s）") % {"today": today}, fix
    elif begins and ends and ends < begins:
        yield (
            "contract_until",
            _("早于合同起（%(begins)s）") % {"begins": begins},
            _("请对照合同核对起止日期"),
        )


def traded_already(values: Values) -> Iterable[Problem]:
    """What is declared as done lies in the past."""
    if values.get("traded_on") and values["traded_on"] > clock.today():
        yield (
            "traded_on",
            _("晚于今天（%(today)s）") % {"today": clock.today()},
            _("请对照报关单或成交记录核对"),
        )


def why_client_does_not_count(application: ProviderApplication) -> Callable[[ServedClient], str]:
    """Why a good row counts nothing towards the thirty enterprises (SX-37, AMB-S03)."""
    start, end = application.volume_window()
    province = application.program.province

    def remark(client: ServedClient) -> str:
        if client.uscc[2:4] != province.code[:2]:
            where = province_named(client.uscc[2:8])
            return _("注册地不在%(province)s（%(where)s），不计入家数，业务量照常统计") % {
                "province": province.name,
                "where": where,
            }
        if not client.has_trade_record:
            return _("没有进出口实绩，不计入家数")
        if client.contract_until < start or client.contract_from > end:
            return _("合同期不在 %(start)s 至 %(end)s 之间，不计入家数") % {"start": start, "end": end}
        return ""

    return remark


def why_record_does_not_count(application: ProviderApplication) -> Callable[[TradeRecord], str]:
    """Why a good record counts nothing, or what a reviewer will ask about it (SX-38, AMB-S05)."""
    start, end = application.volume_window()
    listed = set(application.clients.values_list("uscc", flat=True))

    def remark(record: TradeRecord) -> str:
        if not start <= record.traded_on <= end:
            return _("日期不在 %(start)s 至 %(end)s 之间，不计入业务量") % {"start": start, "end": end}
        if listed and record.client_uscc not in listed:
            return _("委托企业不在第 3 项清单中，审核时会要求说明")
        return ""

    return remark


@dataclass(frozen=True)
class Sheet:
    """One of the two tables: its columns, its checks beyond a cell, and where its rows go."""

    table: str
    material: str
    slot: str
    name: str
    model: type[ServedClient] | type[TradeRecord]
    columns: tuple[Column, ...]
    once: Once
    checks: Callable[[Values], Iterable[Problem]]
    remarks: Callable[[ProviderApplication], Callable[[Any], str]]
    shown: tuple[str, ...]  # columns of the result page; the others are edited in the row's form

    def rows_of(self, application: ProviderApplication):
        return self.model._default_manager.filter(application=application).order_by("row", "id")

    def column(self, code: str) -> Column:
        return next(column for column in self.columns if column.code == code)


CLIENTS = Sheet(
    table="clients",
    material="client_list_contracts",
    slot="client_list",
    name="所服务企业清单",
    model=ServedClient,
    columns=(
        Column(
            "name",
            "企业名称",
            Text(100, "太原市晋源铸锻有限公司"),
            ("客户名称", "委托企业", "被服务企业名称"),
        ),
        Column("uscc", "统一社会信用代码", USCC(), ("信用代码", "社会信用代码", "企业代码")),
        Column("city", "所在地", Text(40, "太原市"), ("所在市", "地区", "注册地"), required=False),
        Column("contract_number", "合同编号", Code(60, "HT-2026-001"), ("合同号", "协议编号")),
        Column("contract_from", "合同起", Day(), ("合同签订日期", "合同开始日期", "起始日期")),
        Column("contract_until", "合同止", Day(), ("合同到期日期", "合同结束日期", "截止日期")),
        Column("services", "服务内容", Text(200, "报关、退税"), ("服务项目",), required=False),
        Column("is_producer", "是否生产企业", YesNo(), ("生产企业",), required=False),
        Column("has_trade_record", "有无进出口实绩", YesNo("有"), ("进出口实绩", "是否有进出口实绩")),
    ),
    once=Once(("uscc", "contract_number"), "同一家企业的同一份合同"),
    checks=contract_in_order,
    remarks=why_client_does_not_count,
    shown=("name", "uscc", "contract_number", "contract_from", "contract_until", "has_trade_record"),
)
TRADE = Sheet(
    table="trade",
    material="trade_volume_proof",
    slot="trade_records",
    name="业务量记录",
    model=TradeRecord,
    columns=(
        Column(
            "number", "报关单号或成交编号", Code(60, "051020261000123456"), ("报关单号", "成交编号", "单号")
        ),
        Column(
            "kind",
            "凭证类型",
            Choice({"报关单": "declaration", "线上成交记录": "online", "线上成交": "online"}, "报关单"),
            ("类型", "单证类型"),
        ),
        Column("traded_on", "日期", Day(), ("申报日期", "成交日期", "出口日期")),
        Column("client_uscc", "委托企业统一社会信用代码", USCC(), ("委托企业信用代码", "统一社会信用代码")),
        Column(
            "direction",
            "进出口",
            Choice({"出口": "export", "进口": "import"}, "出口"),
            ("进出口类型", "贸易方向"),
        ),
        Column("amount", "人民币金额（元）", Amount(), ("金额", "人民币金额", "业务量", "进出口额")),
    ),
    once=Once(("number",), "同一单号，同一单号只计一次"),
    checks=traded_already,
    remarks=why_record_does_not_count,
    shown=("number", "kind", "traded_on", "client_uscc", "direction", "amount"),
)
SHEETS = {sheet.material: sheet for sheet in (CLIENTS, TRADE)}


@cache
def province_named(area: str) -> str:
    """The province of an area code, e.g. 湖北省 of 420100, as the register of divisions has it."""
    found = numdb.get("cn/loc").info(area)
    return found[0][1].get("province", _("省外"))
