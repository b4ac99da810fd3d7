"""Every component in every state on one page: where their look and their accessibility are held to account.

Shown only in a demo; all names and numbers are invented.
"""

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import render

from core import calendar, clock
from portal.states import LOOKS

FIRM = "大同恒岳外贸综合服务有限公司"
SHELLS = ("public", "enterprise", "staff", "phone")


class GalleryForm(forms.Form):
    name = forms.CharField(label="企业名称", help_text="与营业执照一致。", initial=FIRM)
    uscc = forms.CharField(label="统一社会信用代码", error_messages={"required": "请填写 18 位的代码。"})
    city = forms.ChoiceField(label="报送单位", choices=[("dt", "大同市商务局"), ("zg", "综改示范区管委会")])
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), help_text="至少 20 字。")
    topics = forms.MultipleChoiceField(
        label="异议涉及哪方面（可多选）",
        choices=[("4", "服务企业数量或业务量不实"), ("2", "线上平台或服务团队不具备")],
        widget=forms.CheckboxSelectMultiple,
    )
    conclusion = forms.ChoiceField(
        label="结论",
        choices=[("pass", "拟认定，进入公示"), ("refuse", "不予认定"), ("back", "退回市级补充核实")],
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(label="同意核对本企业的合规情况，仅用于本次认定")


HINTS = {
    "pass": "系统生成公示文件，公示期满无异议再作认定决定",
    "refuse": "写明依据，告知救济途径",
    "back": "写明要核实什么、几天",
}
STEP_NAMES = ("提交申报", "市级初审", "征求意见", "省级评定", "社会公示", "认定授牌")


def steps(current: int, state: str, note: str) -> list[dict]:
    return [
        {
            "label": label,
            "state": "done" if index < current else state if index == current else "",
            "note": note if index == current else "11-09 已办" if index < current else "",
        }
        for index, label in enumerate(STEP_NAMES)
    ]


def samples() -> dict:
    today = clock.today()
    return {
        "looks": [(tone, [(i, c.split()[0]) for i, c in icons.items()]) for tone, icons in LOOKS.items()],
        "days": [calendar.add_working_days(today, n) for n in (8, 3, 1)] + [today, today - timedelta(days=4)],
        "steps_wait": steps(1, "wait", "等您补正\n办理方：大同市商务局"),
        "steps_now": steps(3, "now", "省商务厅"),
        "steps_stop": steps(3, "stop", "不予认定"),
        "facts": [
            {"label": "现在由谁办", "value": "大同市商务局 李慧"},
            {"label": "剩余", "due": calendar.add_working_days(today, 2), "note": "到期日 18:00 截止"},
            {"label": "推荐单位", "value": "大同市商务局", "href": "#"},
            {"label": "评定会", "value": "11-20 14:30", "tone": "amb"},
        ],
        "findings": [SimpleNamespace(ok=ok) for ok in (None, True, True, False)],
        "entries": [
            {
                "tone": tone,
                "title": title,
                "text": text,
                "when": "11-16 09:20",
                "who": who,
                "digest": "a91f…07c4" if tone == "blue" else "",
            }
            for tone, title, text, who in [
                ("blue", "发起联合评定", "送 6 个部门", "省商务厅 韩立新"),
                ("violet", "税务部门复函", "无意见", "大同市税务局 王强"),
                ("amber", "一次性告知补正", "2 项材料", "大同市商务局 李慧"),
                ("seal", "公示拟认定名单", "公示期 5 个工作日", "省商务厅"),
                ("green", "认定", "颁发电子证书", "省商务厅"),
                ("", "提交申报", "10 项材料", "大同恒岳 秦晓东"),
            ]
        ],
        "tabs": [
            {"label": "全部", "href": "#", "count": 42},
            {"label": "要改正", "href": "#", "count": 6, "current": True},
            {"label": "通过", "href": "#", "count": 33},
        ],
        "errors": [{"href": "#id_uscc", "text": "第 7 行：统一社会信用代码第 18 位不对"}] * 5,
        "public_days": [
            {"date": today + timedelta(days=n), "state": "past" if n < 0 else "future" if n else "today"}
            for n in range(-2, 3)
        ],
        "paragraphs": [
            "根据晋商规〔2025〕3号文件规定，经企业申报、市级初审推荐、联合评定，拟认定下列企业为山西省省级外贸综合服务企业，现予公示。",
            "有异议的，请在公示期内通过平台或书面提出。",
        ],
        "confirm_lines": [
            "发布《关于 2026 年第二批拟认定名单的公示》。",
            "自 2026-11-25 起公示 5 个工作日，送达 6 家企业。",
        ],
        "form": GalleryForm(),
        "bound": GalleryForm({"name": FIRM, "conclusion": "refuse"}),
        "hints": HINTS,
        "crumb_trail": [("首页", "/")],
    }


def gallery(request):
    """The gallery, in the shell named by `?shell=`; exists only in a demo."""
    if not settings.DEMO:
        raise Http404
    shell = request.GET.get("shell", "public")
    context = samples() | {"frame": f"shells/{shell if shell in SHELLS else 'public'}.html"}
    return render(request, "gallery.html", context)
