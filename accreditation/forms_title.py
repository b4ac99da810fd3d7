"""What is typed into the steps of a title, its review and its revocation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.facts import facts
from core.fields import ClausesField, day, line, text

REVOCATION = facts("shanxi_provider")["revocation"]
GROUNDS = [(ground["code"], f"{ground['number']}. {ground['name']}") for ground in REVOCATION["grounds"]]
# The clause of each ground, in the order of the document (SX-64 to SX-68).
CLAUSE_OF = {
    "false_materials": "SX-64",
    "administrative_penalty": "SX-65",
    "condition_three_breach": "SX-66",
    "nonperformance_refund_fraud": "SX-67",
    "serious_discredit_or_illegal": "SX-68",
}


class LeadForm(forms.Form):
    """线索: on which ground, what is known, where from (SX-21, SX-65)."""

    ground = forms.ChoiceField(label=_("拟适用的情形"), choices=GROUNDS)
    facts = text(_("线索事实"), least=5)
    source = line(_("来源"), most=200, hint=_("如处罚决定书文号、名单名称、来信来访记录"))


class FirstCheckForm(forms.Form):
    first_check = text(_("初步核实情况"), least=10, most=1000)


class RevocationNoticeForm(forms.Form):
    """What the holder is told; ground 4 needs both of its facts proven (SX-67, AMB-S17)."""

    ground = forms.ChoiceField(label=_("拟取消的情形"), choices=GROUNDS)
    facts = text(_("查明的事实"), least=20)
    evidence = text(_("证据清单"), least=5)
    nonperformance = text(
        _("未实际履行约定服务的证据"), required=False, most=1000, hint=_("适用第 4 项情形时必填")
    )
    refund_fraud = text(
        _("代办退税被认定为骗取出口退税的证据"), required=False, most=1000, hint=_("适用第 4 项情形时必填")
    )


class NewFactsForm(forms.Form):
    new_facts = text(_("新的事实"), least=10, most=1000)


class RevocationForm(forms.Form):
    reasons = text(_("决定理由"), least=20)
    gravity = text(_("情节轻重的判断"), least=5, most=1000, hint=_("写明为什么应当取消，而不是不予取消"))
    answers = text(_("对陈述申辩各点的答复"), required=False, most=4000, hint=_("企业有陈述的，逐点答复"))


class ForwardForm(forms.Form):
    opinion = text(_("核查意见"), least=20)
    proposal = forms.ChoiceField(
        label=_("建议"), choices=[("pass", _("建议复核通过")), ("fail", _("建议复核不通过"))]
    )


class FailNoticeForm(forms.Form):
    facts = text(_("查明的事实"), least=20)
    clauses = ClausesField("SX-", label=_("不再符合的条件"))
    evidence = text(_("证据清单"), least=5)


class PassForm(forms.Form):
    reasons = text(_("复核意见"), least=5)
    answers = text(_("对不符合项的处理"), required=False, hint=_("核查有不符合项的，逐项写明为什么仍可通过"))


class FailForm(forms.Form):
    reasons = text(_("决定理由"), least=20)
    clauses = ClausesField("SX-", label=_("依据条款"))
    answers = text(_("对陈述申辩各点的答复"), required=False, most=4000, hint=_("企业有陈述的，逐点答复"))


class StrikeOffForm(forms.Form):
    extract = text(
        _("登记机关的注销（解散）信息"), least=5, most=1000, hint=_("写明查询来源、日期和登记内容")
    )


class ParticularsForm(forms.Form):
    """A change of name or address, filed in time or with a note why not (AMB-S22)."""

    changed_on = day(_("变更登记日期"))
    change = text(_("变更内容"), least=5, most=500)
    note = text(_("逾期备案的说明"), required=False, most=500, hint=_("超过备案期限的必填"))


class LegacyForm(forms.Form):
    document = text(_("原认定文件"), least=5, most=500)


class ReinstateForm(forms.Form):
    """A title that ended wrongly is given again by a new entry, never by an edit (AMB-G10)."""

    document = line(_("撤销原决定的文书文号"), most=100)
    decided_by = line(_("复议机关或法院"), most=100)
    decided_on = day(_("作出日期"))
    reason = text(_("恢复的理由"), least=10, most=1000)
