"""The pages of centers: what each office reads and does there, and what the public sees."""

from __future__ import annotations

import datetime as dt
import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actors import Actor
from accounts.roles import Role
from centers.layout import PrefecturePlan
from centers.papers import Inspection
from centers.procedures.filing import OperatorFiling
from centers.procedures.setup import CenterSetup
from centers.zones import LocalThreshold, Zone
from core import clock
from tests.centers import test_filing as an_operator
from tests.centers.cast import Hubei
from tests.centers.test_contracts import AWARD, OFFER, Operated, at_new_year, operated
from tests.factories import enterprise, person
from tests.portal.cases import MOST_BYTES, measured
from workflow.perform import perform

__all__ = ["at_new_year", "operated"]  # fixtures of the contracts' tests


@pytest.fixture
def desk(client):
    """The portal as somebody sees it."""

    def signed_in(actor: Actor):
        client.force_login(actor.user)
        return client

    return signed_in


REQUEST = {
    "seen": "", "need": "园区外贸企业 180 家。", "address": "邓城大道 49 号", "area": "120", "mode": "lease",
    "mode_text": "", "charge": "0", "county_rent": "36000", "planned_staff": "5", "planned_experienced": "2",
    "planned_declarants": "1", "planned_linguists": "1",
}  # fmt: skip


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.mark.clause("HB-30")
def test_a_request_walks_over_the_pages_from_the_county_to_the_register(hubei: Hubei, desk, client):
    begun = desk(hubei.county_officer).post("/desk/centers/new/", {"zone": hubei.zone.pk})
    setup = CenterSetup.objects.get()
    home = f"/desk/cases/{setup.reference}/"
    assert begun["Location"] == f"{home}request/"
    assert client.post(f"{home}request/", REQUEST)["Location"] == home

    def take(actor: Actor, step: str, **typed: str) -> None:
        desk(actor)
        page = client.get(f"/cases/{setup.reference}/steps/{step}/")
        form = {"version": page.context["version"], "key": page.context["key"], **typed}
        if page.context["confirms"]:
            actor.user.set_password("waimao-2026-geheim")
            actor.user.save()
            desk(actor)
            form["password"] = "waimao-2026-geheim"
        answer = client.post(f"/cases/{setup.reference}/steps/{step}/", form)
        assert answer.status_code == 302, answer.context.get("findings") or answer.context.get("invalid")

    take(hubei.county_officer, "submit")
    take(hubei.county_approver, "submit")
    take(hubei.pref_officer, "forward", opinion="符合布局规划和设立条件，拟同意上报。")
    take(hubei.pref_approver, "forward", opinion="符合布局规划和设立条件，同意上报。")
    take(hubei.prov_officer, "approve", opinion="")
    take(hubei.prov_approver, "approve", opinion="")

    client.logout()
    public = text_of(client.get("/centers/"))
    assert "HBZX4206-0001" in public
    assert "邓城大道 49 号" in text_of(client.get("/centers/HBZX4206-0001/"))


def test_what_was_typed_wrongly_comes_back_with_what_to_do(hubei, desk):
    setup = hubei.request()
    home = f"/desk/cases/{setup.reference}/request/"
    browser = desk(hubei.county_officer)
    seen = browser.get(home).context["form"]["seen"].value()

    charged = browser.post(home, REQUEST | {"seen": seen, "charge": "0.01", "need": "照旧"})
    stale = browser.post(home, REQUEST | {"seen": "2020-01-01", "need": "照旧"})

    assert (charged.status_code, stale.status_code) == (422, 409)
    assert "场地须免费提供给中心" in text_of(charged)
    assert "照旧" in text_of(charged)
    assert "照旧" in text_of(stale)
    assert CenterSetup.objects.get().need != "照旧"


@pytest.mark.clause("HB-06")
def test_the_prefecture_records_what_it_found_and_another_reads_nothing(hubei, desk):
    setup = hubei.submit(hubei.request())
    path = f"/desk/cases/{setup.reference}/inspection/"
    said = {"inspected_on": clock.today().isoformat(), "note": "实测 76 平方米。", "unmet": ["HB-18"]}

    assert desk(hubei.jingzhou_officer).get(path).status_code == 404
    assert desk(hubei.county_officer).get(path).status_code == 404
    browser = desk(hubei.pref_officer)
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    assert "核查日期不能晚于今天" in text_of(browser.post(path, said | {"inspected_on": tomorrow}))
    assert browser.post(path, said).status_code == 302

    assert Inspection.objects.get().unmet == ["HB-18"]
    assert "实测 76 平方米。" in text_of(browser.get(f"/desk/cases/{setup.reference}/"))


def test_a_page_offers_the_way_of_ones_own_body_and_nothing_that_could_only_be_refused(hubei, desk):
    setup = hubei.request()
    page = desk(hubei.county_officer).get(f"/desk/cases/{setup.reference}/")
    assert [one["step"].name for one in page.context["prepares"]] == ["submit", "withdraw"]

    setup = hubei.forward(hubei.submit(setup))
    page = desk(hubei.pref_officer).get(f"/desk/cases/{setup.reference}/")
    assert (page.context["steps"], page.context["prepares"]) == ([], [])


@pytest.mark.parametrize("who", ["county_officer", "pref_officer", "prov_officer"])
def test_the_pages_stay_small_and_read_little(hubei, desk, who):
    center = hubei.center()
    browser = desk(getattr(hubei, who))

    for path, most in (
        (f"/desk/cases/{center.parent.reference}/", 24),
        (f"/desk/cases/{center.reference}/", 22),
        ("/desk/centers/", 8),
        ("/desk/zones/", 8),
        ("/desk/layout/", 10),
        ("/centers/", 6),
        (f"/centers/{center.number}/", 6),
    ):
        reads, size = measured(browser, path)
        assert reads <= most, path
        assert size <= MOST_BYTES, path


def test_the_directory_reads_no_more_for_many_centers_than_for_one(hubei, client):
    hubei.center()
    reads, _size = measured(client, "/centers/")
    zone = hubei.new_zone("樊城工业园", kind="industrial_zone", level="provincial")
    hubei.plan_for(zone)
    hubei.center(hubei.request(zone))

    more, _size = measured(client, "/centers/")
    there = text_of(client.get("/centers/?region=420600"))
    elsewhere = text_of(client.get("/centers/?region=421000"))

    assert more == reads
    assert "樊城工业园外贸综合服务中心" in there
    assert "这个地区还没有服务中心" in elsewhere


def test_a_center_that_is_not_there_is_told_so(hubei, client):
    assert client.get("/centers/HBZX4206-9999/").status_code == 404


# --- Planning -----------------------------------------------------------------------------------------------
@pytest.mark.clause("HB-26")
def test_the_province_opens_a_year_and_sees_a_row_for_each_division(hubei, desk):
    browser = desk(hubei.prov_officer)
    year = clock.today().year + 1

    assert browser.post("/desk/layout/", {"year": year, "guidance": "每县一个园区。"}).status_code == 302
    page = browser.get(f"/desk/layout/?year={year}")

    assert len(page.context["rows"]) == 17
    assert (
        desk(hubei.pref_officer).post("/desk/layout/", {"year": year, "guidance": "改了"}).status_code == 404
    )


@pytest.mark.clause("HB-27")
def test_a_prefecture_draws_its_plan_and_its_approver_sends_it(hubei, desk):
    plan = PrefecturePlan.objects.get(prefecture="421000")
    zone = hubei.new_zone("荆州开发区", county_id="421000", prefecture_id="421000")
    path = f"/desk/layout/{plan.layout.year}/421000/"
    typed = {"area": "1.4 万平方公里。", "industry_scale": "外贸企业 200 家。", "enterprise_distribution": ""}
    browser = desk(hubei.jingzhou_officer)

    assert browser.post(path, typed | {f"zone_{zone.pk}": "1"}).status_code == 302
    assert desk(hubei.pref_officer).get(path).status_code == 404
    approver = person("审批", hubei.jingzhou, Role.PREF_APPROVER)
    assert "还缺企业分布" in text_of(desk(approver).post(path, typed | {"send": "1"}))
    whole = typed | {"enterprise_distribution": "沿江。", f"zone_{zone.pk}": "1"}
    assert desk(hubei.jingzhou_officer).post(path, whole).status_code == 302
    assert desk(approver).post(path, {"send": "1"}).status_code == 302

    plan.refresh_from_db()
    assert plan.submitted_at is not None
    assert [(site.zone, site.centers) for site in plan.sites.all()] == [(zone, 1)]


@pytest.mark.clause("HB-02", "HB-03")
def test_the_province_registers_a_zone_where_it_lies(hubei, desk):
    browser = desk(hubei.prov_officer)
    typed = {
        "what": "zone",
        "name": "谷城经开区",
        "kind": "etdz",
        "level": "provincial",
        "prefecture": "420600",
    }

    wrong = browser.post("/desk/zones/", typed | {"prefecture": "421000", "county": "420606"})
    assert "樊城区不属于荆州市" in text_of(wrong)
    assert browser.post("/desk/zones/", typed | {"county": "140100"}).status_code == 422
    assert browser.post("/desk/zones/", typed | {"county": "420606"}).status_code == 302
    assert Zone.objects.filter(name="谷城经开区", county=hubei.county_region).exists()
    assert desk(hubei.pref_officer).post("/desk/zones/", typed).status_code == 404


@pytest.mark.clause("HB-69")
def test_a_prefecture_registers_a_stricter_rule_and_no_looser_one(hubei, desk):
    typed = {
        "what": "rule",
        "measure": "area_other",
        "document": "襄商发〔2026〕3号",
        "effective_on": "2026-01-01",
    }
    browser = desk(hubei.pref_officer)

    assert "省级最低标准是 50" in text_of(browser.post("/desk/zones/", typed | {"value": "49.99"}))
    assert browser.post("/desk/zones/", typed | {"value": "60"}).status_code == 302
    assert LocalThreshold.objects.get().prefecture_id == "420600"
    assert "已有标准" in text_of(browser.post("/desk/zones/", typed | {"value": "70"}))


def test_other_provinces_have_no_such_rooms(hubei, world, desk):
    browser = desk(world.prov_officer)

    assert [browser.get(path).status_code for path in ("/desk/layout/", "/desk/zones/")] == [404, 404]
    assert browser.get("/desk/centers/").context["rows"] == []


def test_a_correction_is_answered_on_the_page_of_the_request(hubei, desk):
    setup = perform(
        hubei.submit(hubei.request()), "request_correction", actor=hubei.pref_officer,
        problem_premises="没有产权证明。", remedy_premises="补充产权证明。",
    )  # fmt: skip
    path = f"/desk/cases/{setup.reference}/request/"
    browser = desk(hubei.county_officer)
    page = browser.get(path)
    (_defect, field), *_others = page.context["form"].answers

    kept = browser.post(
        path, REQUEST | {"seen": page.context["form"]["seen"].value(), field.name: "已补充。"}
    )

    assert kept.status_code == 302
    assert "补正说明：已补充。" in text_of(browser.get(f"/desk/cases/{setup.reference}/"))


# --- Centers in service -------------------------------------------------------------------------------------
@pytest.mark.clause("HB-22")
def test_the_county_posts_people_and_is_told_when_one_is_missed(hubei, desk):
    center = hubei.center()
    path = f"/desk/cases/{center.reference}/roster/"
    today = clock.today().isoformat()
    browser = desk(hubei.county_officer)

    assert browser.post(path, {"name": "张三", "posted_on": today, "is_declarant": "on"}).status_code == 302
    assert browser.post(path, {"name": "", "posted_on": today}).status_code == 422
    person = center.roster.get()
    said = browser.post(path, {"person": person.pk, "left_on": today}, follow=True)

    assert "人员不足" in text_of(said)
    assert desk(hubei.pref_officer).post(path, {"name": "李四", "posted_on": today}).status_code == 404
    assert "张三" in text_of(browser.get(path))


@pytest.mark.clause("HB-31", "HB-32")
def test_prefecture_and_province_begin_a_case_on_a_center_and_the_county_does_not(hubei, desk):
    center = hubei.center()
    path = f"/desk/cases/{center.reference}/adjustment/"

    assert desk(hubei.county_officer).post(path, {"measure": "adjust"}).status_code == 404
    assert desk(hubei.pref_officer).post(path, {"measure": "nothing"}).status_code == 422
    begun = desk(hubei.pref_officer).post(path, {"measure": "revoke"})
    page = desk(hubei.pref_officer).get(begun["Location"])

    assert [one["step"].name for one in page.context["prepares"]] == ["apply"]
    assert "撤销案在办" in text_of(desk(hubei.county_officer).get(f"/desk/cases/{center.reference}/"))


@pytest.mark.clause("HB-06")
def test_the_bodies_of_a_center_record_what_they_find_there(hubei, desk):
    center = hubei.center()
    path = f"/desk/cases/{center.reference}/inspection/"
    said = {"inspected_on": clock.today().isoformat(), "note": "场地被挪作他用。", "unmet": ["HB-17"]}

    assert desk(hubei.jingzhou_officer).post(path, said).status_code == 404
    assert desk(hubei.pref_officer).post(path, said).status_code == 302
    assert "场地被挪作他用。" in text_of(desk(hubei.county_officer).get(f"/desk/cases/{center.reference}/"))


# --- Agreement and contract ---------------------------------------------------------------------------------
@pytest.mark.clause("HB-38", "HB-43")
def test_an_award_of_the_procurement_platform_is_entered_and_brings_the_agreement_about(
    operated: Operated, desk
):
    path = f"/desk/cases/{operated.center.reference}/award/"
    today = clock.today().isoformat()
    typed = AWARD | {"uscc": operated.firm.uscc, "awarded_on": today, "first_day": "2026-01-05"}
    browser = desk(operated.hubei.county_officer)

    assert "公开招标在财政部门指定的采购平台上办理" in text_of(browser.get(path))
    assert "平台上没有登记这家企业" in text_of(browser.post(path, typed | {"uscc": "91420000MA4KXXXX0X"}))
    assert desk(operated.hubei.pref_officer).get(path).status_code == 404
    entered = desk(operated.hubei.county_officer).post(path, typed)
    page = browser.get(entered["Location"])

    assert (page.status_code, page.context["agreement"].state) == (200, "draft")
    assert browser.get(path).status_code == 404  # there is one now


@pytest.mark.clause("HB-40", "HB-43")
def test_the_operator_signs_agreement_and_contract_on_its_own_pages(operated: Operated, desk):
    agreement = operated.offered()
    browser = desk(operated.operator)
    home = f"/operator/cases/{agreement.reference}/"
    assert agreement.reference in text_of(browser.get("/operator/"))
    assert [one["step"].name for one in browser.get(home).context["steps"]] == ["sign"]

    signing = browser.get(f"/cases/{agreement.reference}/steps/sign/")
    form = {"version": signing.context["version"], "key": signing.context["key"], "agreed": "on"}
    assert browser.post(f"/cases/{agreement.reference}/steps/sign/", form)["Location"] == home
    assert browser.get(home).context["steps"] == []
    for who in (operated.zone, operated.hubei.county_approver):
        perform(agreement, "sign", actor=who, agreed=True)
    contract = agreement.contracts.get()

    path = f"/operator/cases/{contract.reference}/"
    assert "签署合同" not in text_of(browser.get(path))  # no amount yet
    terms = {"first_day": "2026-01-05", "last_day": "2027-01-04", "amount": "400000"}
    county = desk(operated.hubei.county_officer)
    assert (
        county.post(
            f"/desk/cases/{contract.reference}/terms/", terms | {"last_day": "2026-01-05"}
        ).status_code
        == 422
    )
    assert county.post(f"/desk/cases/{contract.reference}/terms/", terms).status_code == 302
    seen = desk(operated.operator).get(path).context["digest"]
    assert browser.post(f"{path}sign/", {"seen": "另一份"}).status_code == 409
    assert browser.post(f"{path}sign/", {"seen": seen}).status_code == 302
    assert "已对当前条款签署" in text_of(browser.get(path))
    assert "承办企业签署" in text_of(
        desk(operated.hubei.county_approver).get(f"/desk/cases/{contract.reference}/")
    )


def test_an_operator_sees_its_own_cases_alone(operated: Operated, desk):
    contract = operated.contract()
    rival = person("", enterprise("另一家公司", "420600", "420600"), Role.OPERATOR)

    assert desk(rival).get(f"/operator/cases/{contract.reference}/").status_code == 404
    assert contract.reference not in text_of(desk(rival).get("/operator/"))
    assert desk(operated.hubei.county_officer).get("/operator/").status_code == 404
    assert desk(operated.operator).get("/home/")["Location"] == "/operator/"


def test_the_zone_committee_signs_at_the_desk(operated: Operated, desk):
    agreement = operated.offered()
    page = desk(operated.zone).get(f"/desk/cases/{agreement.reference}/")

    assert [one["step"].name for one in page.context["steps"]] == ["sign"]
    assert OFFER["terms"] in text_of(page)


# --- Filing -------------------------------------------------------------------------------------------------
@pytest.mark.clause("HB-37", "HB-45")
def test_a_filing_is_papered_examined_and_published_on_the_pages(operated: Operated, desk, client):
    filing = an_operator.prepared(operated, left_out="work_plan")
    home = f"/desk/cases/{filing.reference}/"
    path = f"/operator-papers/{filing.reference}/operator_work_plan/"
    pdf = SimpleUploadedFile("工作方案.pdf", one_page())

    assert "还没有选择文件" in text_of(desk(operated.operator).post(path, follow=True))
    assert "已上传" in text_of(desk(operated.operator).post(path, {"file": pdf}, follow=True))
    assert desk(operated.hubei.jingzhou_officer).post(path, {"file": pdf}).status_code == 404
    filing = an_operator.submit(operated, filing)
    assert desk(operated.operator).post(path, {"file": pdf}).status_code == 404  # it was handed over

    examining = f"{home}conditions/O1/"
    assert desk(operated.hubei.county_officer).get(examining).status_code == 404
    browser = desk(operated.hubei.pref_officer)
    checks = {f"check_{n}": "yes" for n in range(4)}
    assert browser.post(examining, checks | {"evidence": "登记信息", "check_3": ""}).status_code == 422
    assert browser.post(examining, checks | {"evidence": "登记信息"}).status_code == 302
    assert [one.ok for one in browser.get(home).context["findings"]] == [True, None, None]

    client.logout()
    assert operated.firm.name not in text_of(client.get("/centers/filings/"))
    OperatorFiling.objects.update(number="HBBA-2026-0001", published_on=clock.today())
    shown = text_of(client.get("/centers/filings/"))
    assert operated.firm.name in shown
    assert operated.operator.user.display_name not in shown


def one_page() -> bytes:
    written, pdf = io.BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    pdf.save(written)
    return written.getvalue()
