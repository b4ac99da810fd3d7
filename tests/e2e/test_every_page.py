"""Every page, as one of those it is meant for: accessible, fit for every width, quiet, and asking nobody else.

The addresses come from the permission matrix, which holds every address of the portal; what is no page stands
in `NO_PAGE` with its reason, so a new page cannot be forgotten here either. Django's admin is in tests/admin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from accounts import confirmation
from accounts.actors import Actor
from accounts.models import RightsRequest
from accreditation import imports, sheets, supervision, support
from accreditation.models import Accreditation, Program
from centers import adjusting
from centers.models import CenterSetup
from documents.models import Notice
from documents.notices import correcting
from tests.accreditation import titles
from tests.browser import PATIENCE, faults, sign_in
from tests.centers import test_filing as an_operator
from tests.centers.cast import Hubei
from tests.centers.test_contracts import Operated
from tests.factories import OUTSIDE_USCC, USCCS, Role, World, draft, enterprise, fill, person
from tests.permissions.test_matrix import addresses, path_of, real_file
from workflow.perform import perform

pytestmark = pytest.mark.usefixtures("committed")

# Who is asked to look: an address is looked at by the first of these that it is meant for.
READERS = {
    "anonymous": "public",
    "system_admin": "administrators",
    "rival_applicant": "enterprises",
    "applicant": "enterprises",
    "officer": "offices",
    "prov_officer": "offices",
    "asked_department": "offices",
    "county_officer": "offices",
    "hubei_officer": "offices",
}

# Of these nobody finds anything in the matrix's world; the situations of the offices bring it about.
BROUGHT_ABOUT_BY_OFFICES = {
    "review:title_defects", "review:restore", "review:report_lead", "review:report_finding", "review:evidence",
    "centers:operator_home", "centers:operator_case",
}  # fmt: skip

NO_PAGE = {
    "a file or a picture": {
        "portal:program_sample", "portal:program_template", "portal:robots", "portal:security_txt", "portal:favicon",
        "portal:certificate", "portal:certificate_picture", "portal:seal_certificate", "portal:ledger_checkpoints", "portal:health", "portal:ledger_key", "my:proof", "publicity:posting_official", "publicity:objection_reply",
        "my:sample", "my:template", "my:download", "my:file_page", "my:notice_pdf", "my:notice_page",
        "my:import_template", "my:import_marked", "desk:export", "desk:notice", "review:page", "review:file", "review:dossier", "my:dossier", "my:review_file",
        "review:finding_template", "review:handed_list",
    },
    "a fragment of a page, asked for by a script": {"desk:quick", "review:preview", "my:import_row"},
    "leads on to another": {"portal:search", "portal:message", "portal:home", "review:begin", "workflow:return"},
    "an act, not a page": {
        "portal:big_text", "portal:compare", "portal:ledger_check", "portal:messages_read", "publicity:objection_evidence", "publicity:objection_step", "account_identity",
        "my:upload", "my:withdraw_file", "my:confidential", "my:reuse", "my:ask", "my:sign", "my:sign_promise", "my:send",
        "my:import_drop", "my:answer", "my:end_membership", "desk:views", "desk:bulk", "desk:heard",
        "desk:retry", "desk:served", "desk:correct", "desk:settle_correction",
        "centers:begin",
        "review:verify_trade", "review:evaluation", "review:title_checks", "review:plaque_returned",
        "review:answer_problem",
        "review:answer_support",
        "my:review_report", "my:review_upload", "my:review_answer", "my:review_sign",
        "centers:adjustment",
        "centers:terms", "centers:operator_sign", "centers:hand_in",
        "workflow:claim", "workflow:release", "workflow:watch", "workflow:reassign", "workflow:note",
    },
    "only on the way of signing in or right after a password, told in tests/accounts": {
        "mfa_activate_totp", "mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    },
    "only in a demo, told in tests/portal": {"portal:gallery", "demo:clock"},
}  # fmt: skip
LEFT_OUT: set[str] = set().union(*NO_PAGE.values())

# One of each kind of material: ticks, toggles, a table, two slots, a list of people.
KINDS_OF_MATERIAL = (
    "application_report",
    "service_process_proof",
    "client_list_contracts",
    "licence_and_legal_rep_id",
    "staff_qualification",
)


class Visit(NamedTuple):
    """Somebody at an address; `missing` if the page says that there is nothing."""

    name: str
    reader: Actor | None
    path: str
    missing: bool = False


def visit(name: str, reader: Actor | None, /, query: str = "", **args: object) -> Visit:
    return Visit(name, reader, reverse(name, kwargs=args) + query)


class Window:
    """A browser window of one person, and what it complained about or asked of others."""

    def __init__(self, browser: Browser, origin: str, reader: Actor | None):
        self.origin = origin
        self.context: BrowserContext = browser.new_context(
            locale="zh-CN", viewport={"width": 1280, "height": 900}
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        if reader is not None:
            sign_in(self.page, origin, reader.user)
        self.troubles: list[str] = []
        self.page.on("console", lambda m: self.troubles.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", lambda request: self._note_stranger(request.url))

    def _note_stranger(self, url: str) -> None:
        asked = urlsplit(url)
        if asked.scheme not in ("data", "blob", "about") and asked.netloc != urlsplit(self.origin).netloc:
            self.troubles.append(f"asked {url}")

    def look(self, path: str, *, missing: bool) -> list[str] | None:
        """Everything wrong with a page; None if there is none at this address, or not now."""
        self.troubles.clear()
        answer = self.page.goto(self.origin + path)
        assert answer is not None
        if answer.request.redirected_from or answer.status != (404 if missing else 200):
            return None
        found = faults(self.page) + self.troubles
        # The browser says that the page is missing; so does the page.
        return [fault for fault in found if not (missing and fault.startswith("Failed to load resource"))]


class Windows:
    def __init__(self, browser: Browser, origin: str):
        self.browser, self.origin = browser, origin
        self._by_person: dict[int | None, Window] = {}

    def __getitem__(self, reader: Actor | None) -> Window:
        key = reader.user.pk if reader else None
        if key not in self._by_person:
            self._by_person[key] = Window(self.browser, self.origin, reader)
        return self._by_person[key]

    def close(self) -> None:
        for window in self._by_person.values():
            window.context.close()


@pytest.fixture
def world(committed) -> World:
    return World()


@pytest.fixture
def windows(browser: Browser, live_server, settings) -> Iterator[Windows]:
    settings.PUBLIC_ORIGIN = live_server.url
    windows = Windows(browser, live_server.url)
    yield windows
    windows.close()


# --- Pages that are there only while a case stands at a certain point, each looked at when it does ---------


def another_company(world: World) -> None:
    """An enterprise has one application at a time; the next one is another enterprise's."""
    world.company = enterprise()
    world.applicant = person("", world.company, Role.APPLICANT)
    world.legal_rep = person("", world.company, Role.LEGAL_REP)


def situations_of_the_public(world: World, actors: dict[str, Actor]) -> Iterator[Visit]:
    another_company(world)
    world.walk_to("accredited")
    certificate = Notice.objects.get(kind="certificate")
    title = Accreditation.objects.get(applicant=world.company)
    yield visit("portal:register_entry", None, number=title.number)
    yield visit("portal:verify", None, code=certificate.verification_code)
    for name in ("SX", "AMB-G05"):
        yield visit("portal:law_entry", None, name=name)
    yield visit("account_logout", world.applicant)
    hubei = Hubei.joined(CenterSetup.objects.get(), actors["county_officer"], actors["hubei_officer"])
    center = hubei.center_of(hubei.submit(CenterSetup.objects.get()))
    yield visit("centers:entry", None, number=center.number)
    yield visit("centers:directory", None)
    for path in ("/nothing/", "/register/ZS14-2099-0001/", "/objections/0123/"):
        yield Visit("", None, path, missing=True)


def situations_of_administrators(world: World, actors: dict[str, Actor]) -> Iterator[Visit]:
    newcomer = actors["security_admin"]
    newcomer.user.set_unusable_password()
    newcomer.user.save()
    yield visit("account_set_password", newcomer)
    asker, second = actors["security_admin"].user, actors["system_admin"].user
    asked = confirmation.ask(RightsRequest.Act.LINK, world.officer.user, by=asker)
    yield Visit("account_hand_over", None, confirmation.confirm(asked, by=second))


def situations_of_enterprises(world: World, actors: dict[str, Actor]) -> Iterator[Visit]:
    yield from a_draft(world)
    yield visit("portal:front", world.applicant)

    another_company(world)
    filed = world.walk_to("initial_review")
    yield visit("workflow:step", world.applicant, reference=filed.reference, step="withdraw")
    world.walk(filed, "request_correction")
    yield visit("my:home", world.applicant)
    for name in ("my:case", "my:fix", "my:check"):
        yield visit(name, world.applicant, reference=filed.reference)
    yield visit("my:notice", world.applicant, pk=filed.notices.get(kind="correction").pk)

    another_company(world)
    yield from a_promise(world)

    another_company(world)
    doubted = world.walk_to("provincial_evaluation")
    doubted.clients.filter(row__gt=20).delete()
    world.walk(doubted, "consult_joint", "serve_prior_notice")
    yield visit("my:statement", world.applicant, reference=doubted.reference)

    another_company(world)
    title = titles.granted(world)
    yield visit("my:certificates", world.applicant)
    review = titles.in_review(world, title)
    for name in ("my:home", "my:cases", "my:support", "my:problems", "my:self_report"):
        yield visit(name, world.applicant)
    yield visit("my:case", world.applicant, reference=review.reference)
    case = titles.told(world, titles.opened(world, titles.lead(world, title)))
    for name in ("my:case", "my:statement"):
        yield visit(name, world.applicant, reference=case.reference)


def a_promise(world: World) -> Iterator[Visit]:
    """Tolerance is switched on for as long as this lasts: what is on the pages of other cases stays as it was."""
    Program.objects.update(tolerant_acceptance=True)
    filed = world.walk_to("submitted")
    filed.attachments.filter(slot="audit_report").delete()
    yield visit("my:promise", world.legal_rep, "?material=other_proof", reference=filed.reference)
    yield visit("my:promise", world.applicant, reference=filed.reference)
    Program.objects.update(tolerant_acceptance=False)


def a_draft(world: World) -> Iterator[Visit]:
    another_company(world)
    yield visit("my:new_case", world.applicant)
    application = draft(world.company, world.applicant)
    fill(application)
    imports.take(application, world.applicant, sheets.CLIENTS, table_with_bad_rows())
    case = {"reference": application.reference}
    yield visit("my:home", world.applicant)
    for name in ("my:case", "my:history", "my:hand_over", "my:check"):
        yield visit(name, world.applicant, **case)
    yield visit("my:home", world.legal_rep)
    yield visit("my:check", world.legal_rep, **case)
    for code in KINDS_OF_MATERIAL:
        yield visit("my:material", world.applicant, **case, code=code)
    table = {**case, "code": "client_list_contracts"}
    yield visit("my:import", world.applicant, **table)
    yield visit("my:import", world.applicant, "?show=all&edit=2", **table)
    yield visit("my:import_repairs", world.applicant, **table)


def table_with_bad_rows() -> SimpleUploadedFile:
    lines = ["企业名称,统一社会信用代码,合同编号,合同起,合同止,有无进出口实绩"]
    for number, code in enumerate((USCCS[0], f"{USCCS[1][:17]}?", OUTSIDE_USCC), 1):
        lines.append(f"第{number}铸锻有限公司,{code},HT-{number},2026-01-01,2026-12-31,是")
    return SimpleUploadedFile("清单.csv", "\n".join(lines).encode("gb18030"))


def situations_of_offices(world: World, actors: dict[str, Actor]) -> Iterator[Visit]:
    yield visit("desk:objections", world.prov_officer)
    yield visit("portal:front", world.officer)

    another_company(world)
    application = world.walk_to("initial_review")
    real_file(application)
    case = {"reference": application.reference}
    yield visit("desk:queue", world.officer)
    for name in ("review:correction", "desk:hand_over"):
        yield visit(name, world.officer, **case)
    for item in ("audit_report", "trade_volume_proof", "conditions", "credit"):
        yield visit("review:item", world.officer, **case, item=item)
    confidential = {"is_confidential": True, "confidential_reason": "含未公开的财务数据，属于商业秘密"}
    application.attachments.filter(slot="audit_report").update(**confidential)
    for reader in (world.officer, world.prov_officer):
        yield visit("review:item", reader, **case, item="audit_report")
    yield visit("desk:case", world.officer, "?tab=materials", **case)

    world.walk(application, "consult")
    letter = application.children.filter(kind="Consultation").first().as_procedure()
    department = world.department(letter.department)
    yield visit("review:opinions", department)
    yield visit("review:opinion", department, reference=letter.reference)
    yield visit("desk:consultations", world.officer)
    for query in ("", "?tab=opinions", "?tab=notes"):
        yield visit("desk:case", world.officer, query, **case)
    yield visit("workflow:step", world.officer, **case, step="close_consultation")
    yield visit("desk:numbers", world.officer)
    receipt = Notice.objects.get(case=application, kind="receipt")
    name = world.company.name
    correcting.ask(receipt, wrong=name, right=f"新{name}", reason="企业名称漏写一字。", actor=world.officer)
    for reader in (world.officer, world.approver):
        yield visit("desk:paper", reader, **case, pk=receipt.pk)

    world.walk(application, "answer_all", "close_consultation", "recommend", "consult_joint")
    for query in ("", "?act=serve_prior_notice"):
        yield visit("review:decide", world.prov_officer, query, **case)
    world.walk(application, "answer_all", "close_joint", "evaluate", "publicise", "end_publicity", "accredit")
    yield visit("review:register", world.prov_officer)
    yield visit("desk:queue", world.prov_approver)
    yield from a_title(world)
    yield from a_center(actors["county_officer"], actors["hubei_officer"])


def a_center(county: Actor, province: Actor) -> Iterator[Visit]:
    """The county's request, examined by the prefecture, and the center that it becomes."""
    setup = CenterSetup.objects.get()
    hubei = Hubei.joined(setup, county, province)
    yield visit("desk:case", county, reference=setup.reference)
    yield visit("centers:request", county, reference=setup.reference)
    yield visit("centers:centers", county)
    setup = hubei.submit(setup)
    yield visit("desk:case", hubei.pref_officer, reference=setup.reference)
    yield visit("centers:inspection", hubei.pref_officer, reference=setup.reference)
    yield visit("workflow:step", hubei.pref_officer, reference=setup.reference, step="request_correction")
    yield visit("centers:plan", hubei.pref_officer, year=setup.rules_on.year, code="420600")
    center = hubei.center_of(setup)
    yield visit("desk:case", province, reference=center.reference)
    yield visit("centers:award", county, reference=center.reference)
    operated = Operated.of(hubei, center)
    filing = an_operator.prepared(operated)
    agreement, contract = filing.agreement, filing.agreement.contracts.get()
    for case in (agreement, contract, filing):
        yield visit("desk:case", county, reference=case.reference)
    yield visit("centers:operator_home", operated.operator)
    for case in (agreement, contract, filing):
        yield visit("centers:operator_case", operated.operator, reference=case.reference)
    yield visit("centers:roster", county, reference=center.reference)
    an_operator.submit(operated, filing)
    yield visit("centers:condition", hubei.pref_officer, reference=filing.reference, code="O2")
    motion = adjusting.draft(center, hubei.pref_officer, measure="adjust")
    yield visit("desk:case", hubei.pref_officer, reference=motion.reference)
    yield visit("centers:zones", hubei.pref_officer)


def a_title(world: World) -> Iterator[Visit]:
    """Its review, in the hands of the city; a lead against it, of which the holder was told."""
    title = Accreditation.objects.get(applicant=world.company)
    review = titles.filed(world, titles.in_review(world, title))
    perform(review, "take_up", actor=world.officer)
    for name in ("desk:case", "review:title_defects"):
        yield visit(name, world.officer, reference=review.reference)
    support.request(title, actor=world.applicant, item="m1_1")
    yield visit("review:support", world.prov_officer)
    for name in ("review:report_lead", "review:report_finding", "review:evidence"):
        yield visit(name, world.prov_officer, number=title.number)
    supervision.file_problem(
        title,
        actor=world.applicant,
        subject="退税单证",
        text="各地口径不一致。",
        departments=[world.province],
    )
    for name in ("review:findings", "review:import_findings", "review:problems"):
        yield visit(name, world.prov_officer)
    case = titles.told(world, titles.opened(world, titles.lead(world, title)))
    for reference in (case.reference, title.reference):
        yield visit("desk:case", world.prov_officer, reference=reference)
    for name in ("review:title_reviews", "review:revocations"):
        yield visit(name, world.prov_officer)
    perform(titles.heard(world, case), "decide_revoke", actor=world.prov_approver, **titles.DECISION)
    yield visit("review:restore", world.prov_officer, reference=title.reference)


SITUATIONS: dict[str, Callable[[World, dict[str, Actor]], Iterator[Visit]]] = {
    "enterprises": situations_of_enterprises,
    "offices": situations_of_offices,
    "public": situations_of_the_public,
    "administrators": situations_of_administrators,
}


def reader_of(entry: dict) -> str:
    """An address of which there is nothing in the matrix's world is looked for by everybody."""
    return next((reader for reader in READERS if reader in entry["who"]), "anonymous")


def audience_of(entry: dict) -> str:
    return "offices" if entry["name"] in BROUGHT_ABOUT_BY_OFFICES else READERS[reader_of(entry)]


def finds_no_page(reader: Actor | None, path: str) -> bool:
    client = Client()
    if reader:
        client.force_login(reader.user)
    answer = client.get(path)
    is_text = answer["Content-Type"].startswith("text/html") and not answer.streaming
    return answer.status_code != 200 or not is_text or "<html" not in answer.content.decode()


@pytest.mark.parametrize("audience", SITUATIONS)
def test_every_page_is_accessible_fits_every_width_and_keeps_to_itself(stage, world, windows, audience):
    seen, wrong = set(), {}

    def look(name: str, reader: Actor | None, path: str, missing: bool = False) -> None:
        found = windows[reader].look(path, missing=missing)
        if found is not None:
            seen.add(name)
        if found:
            wrong[path] = found

    for situation in SITUATIONS[audience](world, stage["actors"]):
        look(*situation)
    ours = [entry for entry in addresses() if audience_of(entry) == audience]
    for entry in ours:
        reader, path = stage["actors"].get(reader_of(entry)), path_of(entry, stage["objects"])
        if entry["name"] not in LEFT_OUT:
            look(entry["name"], reader, path)
        else:
            assert finds_no_page(reader, path), f"{entry['name']} is a page"

    assert wrong == {}
    assert {entry["name"] for entry in ours} - LEFT_OUT - seen == set()
