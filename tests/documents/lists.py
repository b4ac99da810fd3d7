"""The two tables of the tests: clients and trade records, one good row of each."""

from datetime import date

from core import uscc
from documents.spreadsheets.columns import (
    USCC,
    Amount,
    Choice,
    Code,
    Column,
    Day,
    Number,
    Text,
    YesNo,
)
from tests.documents.hostile.tables import ROW

CLIENTS = [
    Column("name", "企业名称", Text(100), synonyms=("单位名称", "公司名称")),
    Column("uscc", "统一社会信用代码", USCC(), synonyms=("信用代码", "社会信用代码")),
    Column("city", "所在地（市）", Text(40), synonyms=("所在市",), required=False),
    Column("contract_number", "合同编号", Code(60)),
    Column("contract_from", "合同起", Day(), synonyms=("合同开始日期",)),
    Column("contract_until", "合同止", Day(), synonyms=("合同终止日期",)),
    Column("services", "服务内容", Text(200), required=False),
    Column("is_producer", "是否生产企业", YesNo()),
    Column("has_trade_record", "有无进出口实绩", YesNo()),
]
TRADE = [
    Column("number", "报关单号/成交编号", Code(60), synonyms=("报关单号", "成交编号")),
    Column("kind", "凭证类型", Choice({"报关单": "declaration", "线上成交记录": "online"})),
    Column("traded_on", "日期", Day()),
    Column("client_uscc", "委托企业统一社会信用代码", USCC()),
    Column("direction", "进出口方向", Choice({"出口": "export", "进口": "import"})),
    Column("amount", "人民币金额（元）", Amount(), synonyms=("人民币金额",)),
    Column("rate", "汇率", Number(), required=False),
]
TRADE_ROW = ["021020260000000001", "报关单", "2026-03-01", ROW[1], "出口", "1234567.89", ""]
GOOD = uscc.generate("140100", 7)
WRONG = GOOD[:-1] + ("A" if GOOD[-1] != "A" else "B")


CLIENT = {
    "name": "太原市尖草坪区恒瑞铸锻有限公司", "uscc": GOOD, "city": "太原市", "contract_number": "HT-007",
    "contract_from": date(2026, 1, 1), "contract_until": date(2027, 12, 31), "services": "报关、退税",
    "is_producer": True, "has_trade_record": True,
}  # fmt: skip
