"""The roles of the procedures (workflows.md §0.1) and of the three administrators.

A role says what a person may do; which case they may do it to is the relation of their organization
to the case. `Kind` says which organizations a role can be held in.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Kinds of organization, as the procedures tell them apart."""

    ENTERPRISE = "enterprise", _("企业")
    PROVINCE_DEPARTMENT = "province_department", _("省商务厅")
    CITY_BUREAU = "city_bureau", _("市级商务主管部门（含综改示范区）")
    PREFECTURE_BUREAU = "prefecture_bureau", _("市州商务主管部门")
    COUNTY_BUREAU = "county_bureau", _("县级商务主管部门")
    DEPARTMENT = "department", _("相关部门")
    ZONE_COMMITTEE = "zone_committee", _("园区管委会")
    EVALUATOR = "evaluator", _("第三方评估机构")
    FINANCE = "finance", _("财政部门")
    PLATFORM = "platform", _("平台运行管理")


class Role(models.TextChoices):
    APPLICANT = "APPLICANT", _("企业经办人")
    LEGAL_REP = "LEGAL_REP", _("法定代表人")
    CITY_OFFICER = "CITY_OFFICER", _("市级经办")
    CITY_APPROVER = "CITY_APPROVER", _("市级审批")
    COUNTY_OFFICER = "COUNTY_OFFICER", _("县级经办")
    COUNTY_APPROVER = "COUNTY_APPROVER", _("县级审批")
    PREF_OFFICER = "PREF_OFFICER", _("市州经办")
    PREF_APPROVER = "PREF_APPROVER", _("市州审批")
    PROV_OFFICER = "PROV_OFFICER", _("省级经办")
    PROV_APPROVER = "PROV_APPROVER", _("省级审批")
    DEPARTMENT = "DEPARTMENT", _("相关部门")
    ZONE = "ZONE", _("园区管委会")
    OPERATOR = "OPERATOR", _("承办企业")
    BIDDER = "BIDDER", _("投标人")
    TENDER_PANEL = "TENDER_PANEL", _("评标专家")
    EVALUATOR = "EVALUATOR", _("第三方评估")
    FINANCE = "FINANCE", _("财政部门")
    SERVED = "SERVED", _("被服务企业")
    VISITOR = "VISITOR", _("社会公众")
    OBJECTOR = "OBJECTOR", _("异议人")
    SYSTEM = "SYSTEM", _("系统")
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("系统管理员")
    SECURITY_ADMIN = "SECURITY_ADMIN", _("安全管理员")
    AUDIT_ADMIN = "AUDIT_ADMIN", _("审计管理员")


# In which kind of organization a membership of a role may exist; roles not named here are held by nobody.
HELD_IN = {
    Role.APPLICANT: Kind.ENTERPRISE,
    Role.LEGAL_REP: Kind.ENTERPRISE,
    Role.OPERATOR: Kind.ENTERPRISE,
    Role.BIDDER: Kind.ENTERPRISE,
    Role.SERVED: Kind.ENTERPRISE,
    Role.CITY_OFFICER: Kind.CITY_BUREAU,
    Role.CITY_APPROVER: Kind.CITY_BUREAU,
    Role.COUNTY_OFFICER: Kind.COUNTY_BUREAU,
    Role.COUNTY_APPROVER: Kind.COUNTY_BUREAU,
    Role.PREF_OFFICER: Kind.PREFECTURE_BUREAU,
    Role.PREF_APPROVER: Kind.PREFECTURE_BUREAU,
    Role.PROV_OFFICER: Kind.PROVINCE_DEPARTMENT,
    Role.PROV_APPROVER: Kind.PROVINCE_DEPARTMENT,
    Role.DEPARTMENT: Kind.DEPARTMENT,
    Role.ZONE: Kind.ZONE_COMMITTEE,
    Role.EVALUATOR: Kind.EVALUATOR,
    Role.TENDER_PANEL: Kind.EVALUATOR,
    Role.FINANCE: Kind.FINANCE,
    Role.SYSTEM_ADMIN: Kind.PLATFORM,
    Role.SECURITY_ADMIN: Kind.PLATFORM,
    Role.AUDIT_ADMIN: Kind.PLATFORM,
}
# In a directly administered region one bureau is the county's and the prefecture's at once (HB-68, AMB-H32).
ALSO_HELD_WHERE_ONE_BODY = {
    Role.COUNTY_OFFICER: Kind.PREFECTURE_BUREAU,
    Role.COUNTY_APPROVER: Kind.PREFECTURE_BUREAU,
}
# Bodies that a region has one of: who is competent there is looked up by kind and region.
ONE_IN_A_REGION = (
    Kind.PROVINCE_DEPARTMENT,
    Kind.CITY_BUREAU,
    Kind.PREFECTURE_BUREAU,
    Kind.COUNTY_BUREAU,
)
ENTERPRISE_ROLES = frozenset(r for r, k in HELD_IN.items() if k == Kind.ENTERPRISE)
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
OFFICIALS = frozenset(HELD_IN) - ENTERPRISE_ROLES - ADMINISTRATORS
