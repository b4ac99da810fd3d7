"""The two tables of an application, row by row: what is kept, what waits, with which reason, and how it is mended."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accreditation import imports, sheets
from accreditation.materials import ImportRow, ServedClient, TradeRecord
from accreditation.rules import all_conditions_met
from core import uscc
from documents.attachments.sentences import Rejected
from documents.spreadsheets.grid import MAX_ROWS
from documents.spreadsheets.writing import write_template
from tests.factories import draft
from workflow.errors import Conflict, InvalidInput

HEADINGS = "企业名称,统一社会信用代码,所在地,合同编号,合同起,合同止,服务内容,是否生产企业,有无进出口实绩"
TRADE_HEADINGS = "报关单号或成交编号,凭证类型,日期,委托企业统一社会信用代码,进出口,人民币金额（元）"
CODES = [uscc.generate("140100", 400 + n) for n in range(6)]
WRONG_CHECK = CODES[0][:-1] + ("0" if CODES[0][-1] != "0" else "1")


def client_row(code, contract="HT-1", *, name="太原铸锻有限公司", begins="2026-01-01", ends="2026-12-31"):
    return f"{name},{code},太原市,{contract},{begins},{ends},报关,是,是"


def trade_row(number, code=CODES[0], *, kind="报关单", day="2026-02-01", amount="100000"):
    return f"{number},{kind},{day},{code},出口,{amount}"


def upload(*rows, headings=HEADINGS, encoding="utf-8", name="清单.csv"):
    return SimpleUploadedFile(name, "\n".join([headings, *rows]).encode(encoding))


@pytest.fixture
def application(world, at):
    with at("2026-03-02 09:00"):
        yield draft(world.company, world.applicant)


@pytest.fixture
def take(world, application):
    return lambda sheet, file: imports.take(application, world.applicant, sheet, file)


def waiting(application, table="clients"):
    """Rows that wait: number and reasons."""
    return {
        row.row: [error["reason"] for error in row.errors]
        for row in application.rows_to_mend.filter(table=table)
    }


@pytest.mark.clause("SX-41")
def test_a_wrong_check_character_is_told_with_its_row_and_the_good_rows_are_kept(application, take):
    take(
        sheets.CLIENTS,
        upload(client_row(CODES[1]), client_row(WRONG_CHECK, "HT-2"), client_row(CODES[2], "HT-3")),
    )

    assert list(application.clients.values_list("row", "uscc")) == [(2, CODES[1]), (4, CODES[2])]
    assert list(waiting(application)) == [3]
    assert waiting(application)[3][0].startswith("统一社会信用代码校验位不符")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_table_is_read_in_whatever_encoding_people_save_it(application, take, encoding):
    take(sheets.CLIENTS, upload(client_row(CODES[1], name="朔州阳光陶瓷有限公司"), encoding=encoding))

    assert list(application.clients.values_list("name", flat=True)) == ["朔州阳光陶瓷有限公司"]


def test_a_workbook_filled_from_the_template_is_read_as_it_stands(application, take):
    workbook = load_workbook(io.BytesIO(write_template(sheets.CLIENTS.columns)))
    workbook.active.append([])
    for place, value in enumerate(client_row(CODES[1]).split(","), 1):
        workbook.active.cell(2, place, value)
    file = io.BytesIO()
    workbook.save(file)

    take(sheets.CLIENTS, SimpleUploadedFile("清单.xlsx", file.getvalue()))

    assert list(application.clients.values_list("uscc", "contract_number")) == [(CODES[1], "HT-1")]


def test_full_width_digits_and_other_ways_to_write_a_day_are_understood(application, take):
    row = client_row(
        "".join(chr(ord(c) + 0xFEE0) for c in CODES[1]), begins="2026年1月5日", ends="2026/12/31"
    )
    take(sheets.CLIENTS, upload(row))

    client = application.clients.get()
    assert (client.uscc, str(client.contract_from), str(client.contract_until)) == (
        CODES[1], "2026-01-05", "2026-12-31",
    )  # fmt: skip


@pytest.mark.clause("SX-41")
def test_the_same_contract_twice_waits_with_both_row_numbers_but_two_contracts_are_two_rows(
    application, take
):
    take(
        sheets.CLIENTS,
        upload(client_row(CODES[1]), client_row(CODES[1], "HT-2"), client_row(CODES[1])),
    )

    assert application.clients.count() == 2
    assert waiting(application) == {4: ["与第 2 行是同一家企业的同一份合同"]}


@pytest.mark.clause("SX-38", "SX-42")
def test_a_declaration_number_counts_once_and_the_second_is_told(application, take):
    table = upload(
        trade_row("BG1"), trade_row("BG2", amount="5万"), trade_row("BG1"), headings=TRADE_HEADINGS
    )
    take(sheets.TRADE, table)

    assert dict(application.trade_records.values_list("number", "amount")) == {
        "BG1": Decimal(100_000), "BG2": Decimal(50_000),
    }  # fmt: skip
    assert waiting(application, "trade") == {4: ["与第 2 行是同一单号，同一单号只计一次"]}


@pytest.mark.clause("SX-42")
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (trade_row("BG1", kind="发票"), "“发票”不在可选项中"),
        (trade_row("BG1", amount="1250万美元"), "“1250万美元”不是有效的金额"),
        (trade_row("BG1", amount="0"), "金额为 0"),
        (trade_row("BG1", day="2026-03-03"), "晚于今天（2026-03-02）"),
        (trade_row("BG1", day="去年"), "“去年”不是日期"),
    ],
)
def test_a_record_of_unknown_kind_amount_or_day_waits_with_its_reason(application, take, row, reason):
    take(sheets.TRADE, upload(row, headings=TRADE_HEADINGS))

    assert application.trade_records.count() == 0
    assert waiting(application, "trade") == {2: [reason]}


def test_amounts_under_a_heading_in_ten_thousands_stay_yuan_when_the_row_is_mended(world, application, take):
    heading = TRADE_HEADINGS.replace("（元）", "（万元）")
    take(sheets.TRADE, upload(trade_row("BG1", kind="发票", amount="312.4"), headings=heading))
    stored = application.rows_to_mend.get()

    imports.place(application, world.applicant, sheets.TRADE, 2, {**stored.values, "kind": "报关单"})

    assert application.trade_records.get().amount == Decimal(3_124_000)


@pytest.mark.parametrize(
    ("begins", "ends", "reason"),
    [
        ("2026-03-03", "2026-12-31", "晚于今天（2026-03-02）"),
        ("2026-02-01", "2026-01-31", "早于合同起（2026-02-01）"),
    ],
)
def test_a_contract_of_the_future_or_one_that_ends_before_it_begins_waits(
    application, take, begins, ends, reason
):
    take(sheets.CLIENTS, upload(client_row(CODES[1], begins=begins, ends=ends)))

    assert waiting(application) == {2: [reason]}


def test_a_new_upload_replaces_the_whole_table_and_the_file_keeps_its_earlier_version(application, take):
    take(sheets.CLIENTS, upload(client_row(CODES[1]), client_row(WRONG_CHECK, "HT-2")))
    take(sheets.CLIENTS, upload(client_row(CODES[2])))

    assert list(application.clients.values_list("uscc", flat=True)) == [CODES[2]]
    assert waiting(application) == {}
    newest = application.attachments.standing().get(slot="client_list")
    assert len(newest.earlier_versions()) == 1


def test_the_same_file_twice_gives_the_same_result_and_leaves_the_signed_content_alone(application, take):
    rows = [client_row(CODES[1]), client_row(WRONG_CHECK, "HT-2"), client_row(CODES[1])]
    take(sheets.CLIENTS, upload(*rows))
    first = (list(application.clients.values_list("row", "uscc")), waiting(application))
    digest = application.content_digest()

    take(sheets.CLIENTS, upload(*rows))

    assert (list(application.clients.values_list("row", "uscc")), waiting(application)) == first
    assert application.content_digest() == digest


def test_a_file_that_is_not_this_table_is_refused_whole_and_changes_nothing(application, take):
    take(sheets.CLIENTS, upload(client_row(CODES[1])))

    with pytest.raises(InvalidInput, match="没有找到表头"):
        take(sheets.CLIENTS, upload("甲,乙", headings="姓名,年龄"))
    with pytest.raises(Rejected, match="只收 XLSX、CSV"):
        take(sheets.CLIENTS, SimpleUploadedFile("清单.pdf", b"%PDF-1.7\n%%EOF\n"))

    assert application.clients.count() == 1


def test_a_mended_row_counts_and_one_that_only_repeated_it_is_judged_again(world, application, take):
    take(sheets.CLIENTS, upload(client_row(CODES[1]), client_row(CODES[1]), client_row(WRONG_CHECK, "HT-3")))

    imports.place(
        application,
        world.applicant,
        sheets.CLIENTS,
        4,
        {**application.rows_to_mend.get(row=4).values, "uscc": CODES[0]},
    )
    imports.drop(application, world.applicant, sheets.CLIENTS, [2])

    assert list(application.clients.values_list("row", "uscc")) == [(3, CODES[1]), (4, CODES[0])]
    assert waiting(application) == {}


def test_a_row_mended_into_a_repetition_waits_and_names_the_row_it_repeats(world, application, take):
    take(sheets.CLIENTS, upload(client_row(CODES[1]), client_row(WRONG_CHECK)))

    imports.place(
        application,
        world.applicant,
        sheets.CLIENTS,
        3,
        {**application.rows_to_mend.get().values, "uscc": CODES[1]},
    )

    assert waiting(application) == {3: ["与第 2 行是同一家企业的同一份合同"]}


def test_repairs_are_offered_only_where_they_are_certain_and_made_only_when_chosen(world, application, take):
    take(
        sheets.CLIENTS,
        upload(
            client_row(CODES[1]),
            client_row(WRONG_CHECK, "HT-2"),
            client_row(CODES[1]),
            client_row(CODES[1], name="另一个名字"),
            client_row(CODES[3][:-1], "HT-4"),
        ),
    )

    offered = imports.repairs(application, sheets.CLIENTS)
    assert [(one.number, one.before, one.after) for one in offered] == [
        (3, WRONG_CHECK, CODES[0]),
        (4, "", ""),
    ]
    assert application.clients.count() == 1

    made = imports.repair(application, world.applicant, sheets.CLIENTS, [3])

    assert made == 1
    assert list(application.clients.values_list("row", "uscc")) == [(2, CODES[1]), (3, CODES[0])]
    assert sorted(waiting(application)) == [4, 5, 6]


@pytest.mark.clause("SX-37")
def test_what_does_not_count_is_a_remark_and_blocks_nothing(application, take):
    outside = uscc.generate("420100", 7)
    take(
        sheets.CLIENTS,
        upload(
            client_row(outside),
            client_row(CODES[1], "HT-2").removesuffix("是") + "否",
            client_row(CODES[2], "HT-3", begins="2024-01-01", ends="2025-03-01"),
            client_row(CODES[3], "HT-4", begins="2024-01-01", ends="2025-03-02"),
        ),
    )
    remark = sheets.CLIENTS.remarks(application)

    assert [remark(client) for client in application.clients.all()] == [
        "注册地不在山西省（湖北省），不计入家数，业务量照常统计",
        "没有进出口实绩，不计入家数",
        "合同期不在 2025-03-02 至 2026-03-01 之间，不计入家数",
        "",
    ]
    assert waiting(application) == {}


def test_the_table_of_a_filed_application_is_not_taken(world):
    application = world.walk_to("submitted")
    before = list(application.clients.values_list("uscc", flat=True))

    with pytest.raises(Conflict):
        imports.take(application, world.applicant, sheets.CLIENTS, upload(client_row(CODES[1])))

    assert list(application.clients.values_list("uscc", flat=True)) == before


# --- The page ------------------------------------------------------------------------------------------------
@pytest.fixture
def page(client, world, application):
    client.force_login(world.applicant.user)
    return reverse("my:import", args=[application.reference, "client_list_contracts"])


def test_the_result_names_every_faulty_row_and_shows_only_those(client, page):
    answer = client.post(
        page, {"files": upload(client_row(CODES[1], name="好企业"), client_row(WRONG_CHECK, "HT-2"))}
    )
    assert answer.status_code == 302

    shown = client.get(page).content.decode()
    assert "第 3 行：统一社会信用代码校验位不符" in shown
    assert 'id="r3"' in shown
    assert 'id="r2"' not in shown


def test_the_upload_with_a_script_answers_where_to_go_or_why_not(client, page):
    script = {"HTTP_ACCEPT": "application/json"}

    assert client.post(page, {"files": upload(client_row(CODES[1]))}, **script).json() == {"next": page}
    refused = client.post(page, {"files": upload("甲,乙", headings="姓名,年龄"), "replace": "1"}, **script)
    assert refused.status_code == 422
    assert "没有找到表头" in refused.json()["message"]


def test_rows_that_stand_are_not_replaced_without_being_asked(client, page, application):
    client.post(page, {"files": upload(client_row(CODES[1]))})

    answer = client.post(page, {"files": upload(client_row(CODES[2]))})

    assert answer.status_code == 422
    assert "现有 1 行会被新表格整个替换" in answer.content.decode()
    assert ServedClient.objects.get().uscc == CODES[1]


def test_a_row_is_mended_in_place_without_a_script(client, page, application):
    client.post(page, {"files": upload(client_row(CODES[1]), client_row(WRONG_CHECK, "HT-2"))})

    still_wrong = client.post(f"{page}rows/3/", {"uscc": "12345"})
    assert still_wrong.status_code == 422
    assert 'value="12345"' in still_wrong.content.decode()

    answer = client.post(f"{page}rows/3/", {"uscc": CODES[0]})
    assert answer.status_code == 302
    assert application.clients.count() == 2


def test_a_row_mended_with_a_script_brings_its_line_and_the_new_figures(client, page):
    client.post(page, {"files": upload(client_row(CODES[1]), client_row(WRONG_CHECK, "HT-2"))})

    answer = client.post(f"{page}rows/3/", {"adopt": "1"}, HTTP_HX_REQUEST="true")

    told = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="r3"' in told and "已改正" in told
    assert '<span id="bad-count" hx-swap-oob="true">0</span>' in told
    assert "第 3 行已改正。" in told


def test_the_marked_workbook_carries_the_reasons_and_can_be_uploaded_again(client, page, application):
    client.post(page, {"files": upload(client_row(CODES[1]), client_row(WRONG_CHECK, "HT-2"))})

    marked = client.get(f"{page}marked/").content
    sheet = load_workbook(io.BytesIO(marked)).active
    assert [cell.value for cell in sheet[3]][-2] == 3
    assert "校验位" in sheet[3][-1].value

    client.post(page, {"files": SimpleUploadedFile("标红.xlsx", marked), "replace": "1"})
    assert (application.clients.count(), application.rows_to_mend.count()) == (1, 1)


def test_a_formula_in_a_cell_stays_words(client, page, application):
    client.post(
        page, {"files": upload(client_row(CODES[1], name="=cmd|calc"), client_row(WRONG_CHECK, "HT-2"))}
    )

    sheet = load_workbook(io.BytesIO(client.get(f"{page}marked/").content)).active

    assert application.clients.get().name == "=cmd|calc"
    assert sheet["A2"].value == "'=cmd|calc"


def test_a_row_can_be_added_and_removed_by_hand(client, page, application):
    typed = dict(
        zip(
            ("name", "uscc", "city", "contract_number", "contract_from", "contract_until", "services",
             "is_producer", "has_trade_record"),
            client_row(CODES[1]).split(","),
            strict=True,
        )
    )  # fmt: skip

    client.post(f"{page}rows/2/", typed)
    assert application.clients.get().uscc == CODES[1]

    client.post(f"{page}rows/2/drop/")
    assert application.clients.count() == 0


def test_a_row_changed_meanwhile_is_not_overwritten_by_a_stale_page(client, page, application):
    client.post(page, {"files": upload(client_row(WRONG_CHECK, "HT-2"))})
    stale = {"uscc": CODES[1], "seen": imports.mark_of(imports.row_at(application, sheets.CLIENTS, 2))}
    client.post(page, {"files": upload(client_row(CODES[2])), "replace": "1"})

    assert client.post(f"{page}rows/2/", stale).status_code == 409
    assert application.clients.get().uscc == CODES[2]


def test_a_row_number_beyond_any_table_does_not_exist(client, page):
    assert client.post(f"{page}rows/99999999999999999999/", {}).status_code == 404


def test_a_row_is_added_after_the_last_and_nowhere_beyond(client, page, application):
    client.post(page, {"files": upload(client_row(CODES[0]), client_row(CODES[1], "HT-2"))})
    typed = dict(zip(("name", "uscc"), ("太原铸锻有限公司", CODES[2]), strict=True))

    answers = [client.post(f"{page}rows/{number}/", typed).status_code for number in (0, 5, 100_000, 4)]

    assert answers == [404, 404, 404, 422]
    assert [row.row for row in application.rows_to_mend.all()] == [4]


def test_a_full_table_takes_no_further_row(client, page, application):
    ImportRow.objects.bulk_create(
        ImportRow(application=application, table="clients", row=number, values={}, errors=[])
        for number in range(2, MAX_ROWS + 2)
    )

    answer = client.post(f"{page}rows/{MAX_ROWS + 2}/", {"name": "太原铸锻有限公司"})

    assert answer.status_code == 409
    assert application.rows_to_mend.count() == MAX_ROWS


@pytest.mark.clause("SX-42")
def test_the_sum_of_the_records_is_the_figure_of_the_condition(application, take, world):
    table = upload(
        trade_row("BG1", amount='"30,000,000"'), trade_row("BG2", amount="2000万"), headings=TRADE_HEADINGS
    )
    take(sheets.TRADE, table)
    TradeRecord.objects.update(verified_by=world.officer.user, verified_at=application.opened_at)

    figure = next(f for f in all_conditions_met(application) if f.code == "trade_volume_reached")
    assert (figure.ok, figure.measured) == (True, Decimal(50_000_000))


# --- Letters that no paper could show ------------------------------------------------------------------------
HIEROGLYPH = "\U00013000"


def test_a_letter_that_cannot_be_printed_is_an_error_of_its_row(application, take):
    take(
        sheets.CLIENTS,
        upload(
            client_row(CODES[1]),
            client_row(CODES[2], "HT-2", name=f"朔州{HIEROGLYPH}陶瓷有限公司"),
            client_row(CODES[3], f"HT-{HIEROGLYPH}"),
        ),
    )

    assert list(application.clients.values_list("row", flat=True)) == [2]
    reason = f"“{HIEROGLYPH}”（U+13000）没有字体能印"
    assert waiting(application) == {3: [reason], 4: [reason]}
    error = application.rows_to_mend.get(row=3).errors[0]
    assert (error["column"], error["fix"]) == ("name", "请改用能印的字，或者用汉字写明")


def test_a_row_mended_by_hand_is_judged_the_same(world, application, take):
    take(sheets.CLIENTS, upload(client_row(CODES[1], name=f"朔州{HIEROGLYPH}陶瓷有限公司")))
    row = imports.row_at(application, sheets.CLIENTS, 2)

    imports.place(application, world.applicant, sheets.CLIENTS, 2, row.raw | {"city": HIEROGLYPH})
    still = waiting(application)
    imports.place(application, world.applicant, sheets.CLIENTS, 2, row.raw | {"name": "朔州阳光陶瓷有限公司"})

    assert [len(reasons) for reasons in still.values()] == [2]
    assert waiting(application) == {}
    assert application.clients.get().name == "朔州阳光陶瓷有限公司"


def test_a_table_of_nothing_but_such_letters_is_refused_whole(application, take):
    rows = [client_row(CODES[1], name="".join(map(chr, range(0x13000, 0x13000 + 60))))]
    rows += [client_row(CODES[2], name="".join(map(chr, range(0x13100, 0x13100 + 60))))]

    with pytest.raises(InvalidInput) as refused:
        take(sheets.CLIENTS, upload(*rows))

    assert refused.value.errors["file"][0].startswith("表中不能印的字太多")
    assert not application.rows_to_mend.exists()
