"""Who there is besides the enterprises: bureaus, departments and administrators, with their people.

Officials keep their names whatever the seed: guides, pictures and tests speak of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.roles import Role

PLATFORM = "SX-PLATFORM"
DOCUMENT_CODES = {"140100-COMMERCE": "并商", "140200-COMMERCE": "同商", "SX-ZGQ-COMMERCE": "晋综示商"}


@dataclass(frozen=True)
class Office:
    """A department of a city, which the fact files do not know."""

    code: str
    name: str
    short_name: str
    region: str
    field: str


@dataclass(frozen=True)
class Official:
    """A person of a public body and the login; `listed` puts it on the sign-in page."""

    username: str
    name: str
    body: str
    roles: tuple[Role, ...]
    office: str = ""
    note: str = ""
    listed: bool = True


# Where a city has no office of its own in a field, the provincial one answers: 太原海关 for 太原, all five for the zone.
CITY_OFFICES = (
    Office("140100-TAX", "国家税务总局太原市税务局", "太原市税务局", "140100", "税务"),
    Office("140100-HRSS", "太原市人力资源和社会保障局", "太原市人社局", "140100", "人力资源和社会保障"),
    Office("140100-SAMR", "太原市市场监督管理局", "太原市市场监管局", "140100", "市场监管"),
    Office("140200-CUSTOMS", "中华人民共和国大同海关", "大同海关", "140200", "海关"),
    Office("140200-TAX", "国家税务总局大同市税务局", "大同市税务局", "140200", "税务"),
    Office("140200-SAFE", "国家外汇管理局大同市分局", "外汇局大同市分局", "140200", "外汇管理"),
    Office("140200-HRSS", "大同市人力资源和社会保障局", "大同市人社局", "140200", "人力资源和社会保障"),
    Office("140200-SAMR", "大同市市场监督管理局", "大同市市场监管局", "140200", "市场监管"),
)

_OFFICER, _APPROVER = (Role.CITY_OFFICER,), (Role.CITY_APPROVER,)
_PROV_OFFICER, _PROV_APPROVER = (Role.PROV_OFFICER,), (Role.PROV_APPROVER,)
_DEPARTMENT = (Role.DEPARTMENT,)

OFFICIALS = (
    Official("ty-officer1", "李慧", "140100-COMMERCE", _OFFICER, "外贸科", "待办最多"),
    Official("ty-officer2", "王海涛", "140100-COMMERCE", _OFFICER, "外贸科", "与李慧同科"),
    Official("ty-approver", "高秀英", "140100-COMMERCE", _APPROVER, "局领导", "有送审件"),
    Official("dt-officer", "张国栋", "140200-COMMERCE", _OFFICER, "对外贸易科"),
    Official("dt-approver", "赵文", "140200-COMMERCE", _APPROVER, "局领导"),
    Official("zone-officer", "孙丽", "SX-ZGQ-COMMERCE", _OFFICER, "商务局"),
    Official("zone-approver", "冯志刚", "SX-ZGQ-COMMERCE", _APPROVER, "管委会领导"),
    Official("prov-officer1", "韩立新", "SX-COMMERCE", _PROV_OFFICER, "对外贸易处", "会同评定、公示"),
    Official("prov-officer2", "任静", "SX-COMMERCE", _PROV_OFFICER, "政策法规处", "办理异议"),
    Official("prov-approver1", "曹建军", "SX-COMMERCE", _PROV_APPROVER, "厅领导", "有送审件"),
    Official("prov-approver2", "武强", "SX-COMMERCE", _PROV_APPROVER, "厅领导", "异议结论"),
    Official("customs", "段晓峰", "SX-CUSTOMS", _DEPARTMENT, "企业管理处", "有待复函"),
    Official("tax", "郝丽娟", "SX-TAX", _DEPARTMENT, "货物和劳务税处", "有待复函"),
    Official("safe", "温志远", "SX-SAFE", _DEPARTMENT, "国际收支处"),
    Official("hrss", "苗翠萍", "SX-HRSS", _DEPARTMENT, "劳动保障监察局", listed=False),
    Official("samr", "阎国强", "SX-SAMR", _DEPARTMENT, "信用监督管理处", listed=False),
    Official("ty-tax", "郭瑞芳", "140100-TAX", _DEPARTMENT, "进出口税收管理科", "太原的同级部门"),
    Official("ty-hrss", "薛宝林", "140100-HRSS", _DEPARTMENT, "劳动监察支队", listed=False),
    Official("ty-samr", "贾美玲", "140100-SAMR", _DEPARTMENT, "信用监管科", listed=False),
    Official("dt-customs", "白志军", "140200-CUSTOMS", _DEPARTMENT, "综合业务科", "大同的同级部门"),
    Official("dt-tax", "乔文娟", "140200-TAX", _DEPARTMENT, "税政科", listed=False),
    Official("dt-safe", "史建平", "140200-SAFE", _DEPARTMENT, "外汇管理科", listed=False),
    Official("dt-hrss", "常晓燕", "140200-HRSS", _DEPARTMENT, "劳动关系科", listed=False),
    Official("dt-samr", "樊振华", "140200-SAMR", _DEPARTMENT, "信用监管科", listed=False),
    Official("admin-system", "杜明", PLATFORM, (Role.SYSTEM_ADMIN,), note="机构、参数、日历"),
    Official("admin-security", "田静怡", PLATFORM, (Role.SECURITY_ADMIN,), note="账号、任职"),
    Official("admin-audit", "石磊", PLATFORM, (Role.AUDIT_ADMIN,), note="只看台账"),
)
