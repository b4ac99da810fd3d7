"""How an organization can be related to a case, and which relation each role acts through."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class Relation(models.TextChoices):
    APPLICANT = "applicant", _("申请人")
    CITY = "city", _("市级审核单位")
    COUNTY = "county", _("县级主管部门")
    PREFECTURE = "prefecture", _("市州主管部门")
    PROVINCE = "province", _("省级主管部门")
    DEPARTMENT = "department", _("被征求意见部门")
    ZONE = "zone", _("园区管委会")
    OPERATOR = "operator", _("承办企业")
    BIDDER = "bidder", _("投标人")
    PANEL = "panel", _("评标委员会")
    EVALUATOR = "evaluator", _("评估机构")
    FINANCE = "finance", _("财政部门")
    SERVED = "served", _("被服务企业")


RELATION_OF = {
    Role.APPLICANT: Relation.APPLICANT,
    Role.LEGAL_REP: Relation.APPLICANT,
    Role.CITY_OFFICER: Relation.CITY,
    Role.CITY_APPROVER: Relation.CITY,
    Role.COUNTY_OFFICER: Relation.COUNTY,
    Role.COUNTY_APPROVER: Relation.COUNTY,
    Role.PREF_OFFICER: Relation.PREFECTURE,
    Role.PREF_APPROVER: Relation.PREFECTURE,
    Role.PROV_OFFICER: Relation.PROVINCE,
    Role.PROV_APPROVER: Relation.PROVINCE,
    Role.DEPARTMENT: Relation.DEPARTMENT,
    Role.ZONE: Relation.ZONE,
    Role.OPERATOR: Relation.OPERATOR,
    Role.BIDDER: Relation.BIDDER,
    Role.TENDER_PANEL: Relation.PANEL,
    Role.EVALUATOR: Relation.EVALUATOR,
    Role.FINANCE: Relation.FINANCE,
    Role.SERVED: Relation.SERVED,
}
# Who reviews and decides for an authority; a department that is asked, an evaluator, an operator do not.
REVIEWERS = frozenset({Relation.CITY, Relation.COUNTY, Relation.PREFECTURE, Relation.PROVINCE})
# Who prepares what another person of the same body decides (AMB-G17).
PREPARED_BY = {
    Role.CITY_APPROVER: Role.CITY_OFFICER,
    Role.COUNTY_APPROVER: Role.COUNTY_OFFICER,
    Role.PREF_APPROVER: Role.PREF_OFFICER,
    Role.PROV_APPROVER: Role.PROV_OFFICER,
}
