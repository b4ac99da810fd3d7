"""The navigation of each shell. A link whose page this deployment does not have is left out, so a
province without service centers shows no empty rooms."""

from dataclasses import dataclass, replace
from functools import cache

from django.urls import Resolver404, resolve

from accounts.roles import Role


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    icon: str = ""
    count: int | str = 0
    hot: bool = False  # the count asks for action
    current: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    items: tuple[Link, ...]


PUBLIC = (
    Link("首页", "/"),
    Link("认定名录", "/register/"),
    Link("申报项目", "/programs/"),
    Link("公示公告", "/notices/"),
    Link("活动培训", "/events/"),
    Link("服务中心", "/centers/"),
    Link("政策依据", "/law/"),
)
ENTERPRISE = (
    Link("我的首页", "/my/"),
    Link("我的办件", "/my/cases/"),
    Link("证书与名录", "/my/certificates/"),
    Link("服务记录", "/my/records/"),
    Link("企业信息", "/my/profile/"),
    Link("通知", "/my/inbox/"),
)
OPERATOR = (Link("我的中心", "/operator/"), Link("通知", "/my/inbox/"))
TOOLS = Group(
    "工具",
    (
        Link("意见模板", "/desk/templates/", "file-text"),
        Link("发文登记", "/desk/numbers/", "certificate"),
        Link("工作日历", "/desk/calendar/", "calendar-time"),
        Link("操作台账", "/province/ledger/", "history"),
        Link("帮助与依据", "/law/", "help"),
    ),
)
CITY = (
    Group(
        "办理",
        (
            Link("我的待办", "/desk/", "inbox"),
            Link("全部办件", "/desk/cases/", "stack-2"),
            Link("已办", "/desk/done/", "archive"),
            Link("关注", "/desk/watched/", "eye"),
            Link("征求意见", "/desk/consult/", "messages"),
        ),
    ),
    Group(
        "管理",
        (
            Link("监管信息", "/desk/findings/", "clipboard-check"),
            Link("本市名录", "/desk/register/", "building"),
            Link("统计报表", "/desk/reports/", "chart-bar"),
        ),
    ),
    TOOLS,
)
PROVINCE = (
    Group(
        "总览",
        (
            Link("全省驾驶舱", "/province/", "layout-dashboard"),
            Link("我的待办", "/desk/", "inbox"),
            Link("全部办件", "/desk/cases/", "stack-2"),
            Link("已办", "/desk/done/", "archive"),
            Link("关注", "/desk/watched/", "eye"),
        ),
    ),
    Group(
        "认定",
        (
            Link("征求意见", "/desk/consult/", "messages"),
            Link("公示异议", "/desk/objections/", "speakerphone"),
            Link("名录与授牌", "/desk/register/", "rubber-stamp"),
            Link("三年复核", "/province/reviews/", "refresh"),
            Link("取消资格", "/province/revocations/", "ban"),
            Link("年报和活动", "/province/yearly/", "clipboard-check"),
            Link("监管信息", "/desk/findings/", "clipboard-check"),
            Link("困难问题", "/desk/problems/", "message-report"),
            Link("扶持事项", "/desk/support/", "star"),
        ),
    ),
    Group(
        "公开",
        (
            Link("认定名录", "/register/", "certificate"),
            Link("申报批次与时限", "/province/settings/", "adjustments"),
        ),
    ),
    TOOLS,
)
_OWN = Group(
    "办理",
    (
        Link("我的待办", "/desk/", "inbox"),
        Link("全部办件", "/desk/cases/", "stack-2"),
        Link("已办", "/desk/done/", "archive"),
        Link("关注", "/desk/watched/", "eye"),
    ),
)
_CENTERS = Group(
    "服务中心",
    (
        Link("服务中心", "/desk/centers/", "building-community"),
        Link("布局规划", "/desk/layout/", "map-pin"),
        Link("开发区（园区）", "/desk/zones/", "list-details"),
    ),
)
# The offices of Hubei: a county, its prefecture, the province; accreditation is Shanxi's.
HUBEI = (_OWN, _CENTERS, TOOLS)
DEPARTMENT = (
    Group(
        "办理", (Link("待答复", "/opinions/", "messages"), Link("已答复", "/opinions/answered/", "archive"))
    ),
    Group(
        "监管服务",
        (
            Link("监管信息", "/desk/findings/", "clipboard-check"),
            Link("困难问题", "/desk/problems/", "message-report"),
            Link("扶持事项", "/desk/support/", "star"),
        ),
    ),
    TOOLS,
)
ADMINISTRATION = (Group("管理", (Link("系统管理", "/admin/", "settings"),)),)
DESK = (Group("办理", (Link("我的待办", "/desk/", "inbox"),)), TOOLS)

STAFF = {
    Role.CITY_OFFICER: CITY,
    Role.CITY_APPROVER: CITY,
    Role.PROV_OFFICER: PROVINCE,
    Role.PROV_APPROVER: PROVINCE,
    Role.COUNTY_OFFICER: HUBEI,
    Role.COUNTY_APPROVER: HUBEI,
    Role.PREF_OFFICER: HUBEI,
    Role.PREF_APPROVER: HUBEI,
    Role.DEPARTMENT: DEPARTMENT,
    Role.SYSTEM_ADMIN: ADMINISTRATION,
    Role.SECURITY_ADMIN: ADMINISTRATION,
    Role.AUDIT_ADMIN: ADMINISTRATION,
}


OF_A_PROVINCE = (Role.PROV_OFFICER, Role.PROV_APPROVER)
HOT = {"/desk/", "/opinions/", "/my/inbox/"}  # counts that ask the reader to act


@cache
def exists(href: str) -> bool:
    try:
        resolve(href)
    except Resolver404:
        return False
    return True


def marked(links: tuple[Link, ...], path: str, counts: dict[str, int | str]) -> list[Link]:
    """The links that exist, each with its count; the one whose address begins the path longest is current."""
    here = [link for link in links if exists(link.href)]
    inside = [
        link.href for link in here if path == link.href or (link.href != "/" and path.startswith(link.href))
    ]
    current = max(inside, key=len, default=None)
    return [
        replace(link, count=counts.get(link.href, 0), hot=link.href in HOT, current=link.href == current)
        for link in here
    ]


def staff_groups(role: Role, path: str, counts: dict[str, int | str], *, province: str = "") -> list[Group]:
    """The side navigation of a role, in Hubei that of centers; over all groups only one link is current."""
    groups = HUBEI if role in OF_A_PROVINCE and province == "420000" else STAFF.get(role, DESK)
    links = marked(tuple(link for group in groups for link in group.items), path, counts)
    by_href = {link.href: link for link in links}
    kept = (Group(g.title, tuple(by_href[i.href] for i in g.items if i.href in by_href)) for g in groups)
    return [group for group in kept if group.items]
