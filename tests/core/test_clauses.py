"""Every citation in the code and every mark on a test names a clause that exists."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from core import traceability
from core.clauses import CLAUSES, Clause, UnknownClause, clause


def test_the_catalogue_knows_a_clause_by_its_id():
    assert clause("SX-37") == Clause(
        id="SX-37",
        label="服务企业30家以上",
        document="晋商规〔2025〕3号",
        article="附件一（四）",
        source="晋商规〔2025〕3号 附件一（四）",
        summary_en="Serves ≥30 Shanxi import/export enterprises (30家以上)",
    )


def test_a_default_is_cited_like_a_clause():
    assert clause("AMB-G07").is_default
    assert clause("AMB-G07").label == "形式审查期限、补正期限、补正次数、逾期未告知视为受理"
    assert not clause("SX-37").is_default


def test_an_unknown_clause_is_our_mistake():
    with pytest.raises(UnknownClause, match="SX-71"):
        clause("SX-71")


def test_the_code_cites_only_clauses_that_exist():
    assert traceability.unknown(traceability.citations()) == []


def test_the_marks_of_the_tests_name_only_clauses_that_exist():
    assert traceability.unknown(traceability.proofs()) == []


@pytest.fixture
def house(tmp_path):
    """A small house of its own, with tests and templates but no app."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "templates").mkdir()
    return tmp_path


def test_a_mark_proves_its_clauses_wherever_it_stands(house):
    (house / "tests" / "test_marks.py").write_text(
        '''
import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.clause("SX-01")]

@pytest.mark.clause("SX-37", "SX-38")
@pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.clause("SX-39"))])
def test_a(n): ...

@pytest.mark.clause("AMB-G07")
class TestB:
    @pytest.mark.clause("HB-02")
    def test_b(self): ...

def helper():
    """SX-40 in words proves nothing."""
'''
    )

    proofs = traceability.proofs(house)

    assert sorted((proof.clause, proof.name) for proof in proofs) == [
        ("AMB-G07", "TestB"),
        ("HB-02", "test_b"),
        ("SX-01", "(module)"),
        ("SX-37", "test_a"),
        ("SX-38", "test_a"),
        ("SX-39", "test_a"),
    ]


def test_a_mark_that_hides_its_clauses_is_refused(house):
    (house / "tests" / "test_marks.py").write_text(
        "import pytest\nIDS = ['SX-37']\n@pytest.mark.clause(*IDS)\ndef test_a(): ...\n"
    )

    with pytest.raises(traceability.UnreadableMark, match=r"clause\(\*IDS\)"):
        traceability.proofs(house)


def test_a_template_cites_what_it_prints_and_not_what_it_comments(house):
    (house / "templates" / "page.html").write_text(
        "{# SX-01 #}\n<p>依据 SX-02</p>\n{% comment %}\nSX-03{% endcomment %}"
    )

    assert [(found.clause, found.line) for found in traceability.citations(house)] == [("SX-02", 2)]


def test_a_clause_nobody_knows_is_found_out(house):
    (house / "templates" / "page.html").write_text("<p>依据 SX-99、SX-37</p>")

    assert [found.clause for found in traceability.unknown(traceability.citations(house))] == ["SX-99"]


def test_the_command_counts_by_document():
    output = StringIO()
    call_command("clauses", json=True, stdout=output)
    counts = json.loads(output.getvalue())

    assert counts.keys() == {"total", "cited", "proven", "by_document"}
    assert counts["total"] == sum(not entry.is_default for entry in CLAUSES.values()) == 258
    assert {name: part["total"] for name, part in counts["by_document"].items()} == {
        "SX": 70,
        "HB": 70,
        "NW": 32,
        "FJ": 30,
        "TY": 56,
    }
    assert all(
        part.keys() == {"total", "cited", "proven", "missing"} for part in counts["by_document"].values()
    )
    assert counts["proven"] == sum(part["proven"] for part in counts["by_document"].values())


def test_the_command_lists_what_cites_and_what_proves():
    output = StringIO()
    call_command("clauses", stdout=output)

    entry = output.getvalue().partition("\nAMB-G05  ")[2].partition("\nAMB-G06  ")[0]
    assert entry.startswith("公示最短工作日、公示最短自然日  (条文未定，按默认参数 AMB-G05)\n")
    assert "    cited   core/periods.py:" in entry
    assert "    proven  tests/core/test_periods.py:" in entry
