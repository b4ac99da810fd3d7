"""A user's name for a file: shown as they know it, and harmless wherever it is written."""

import re

import pytest

from documents.attachments import names

HOSTILE_NAMES = [
    "", ".", "..", "...", " ", "/", "\\", "../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\a.pdf",
    "\\\\server\\share\\a.pdf", "a/b/c.pdf", "a\\b.pdf", "a\0b.pdf", "a\nb.pdf", "a\r\nX-Evil: 1.pdf", "a\tb.pdf",
    "\u202egnp.exe.pdf", "a\u200bb.pdf", "\ufeffa.pdf", "a\u2028b.pdf", "CON", "con.pdf", "NUL.pdf", "aux", "COM1.pdf",
    "LPT9", "PRN.txt", "a.", "a ", " a.pdf ", ".htaccess", ".pdf", "a..pdf", "a.pdf.exe", "a:b.pdf", "a*b?.pdf",
    '"a".pdf', "<script>.pdf", "a|b.pdf", "a;b.pdf", "a%00b.pdf", "%2e%2e%2fa.pdf", "a&b=c.pdf", "a'b.pdf", "`id`.pdf",
    "$(id).pdf", "{{7*7}}.pdf", "长" * 300 + ".pdf", "a" * 5000, "a." + "b" * 300, "é" * 200 + ".pdf", "e\u0301.pdf",
    "\ud800.pdf", "😀.pdf", "阿依古丽·买买提 𬭼䶮.pdf",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_can_lead_anywhere(name):
    clean = names.clean_name(name)

    assert 0 < len(clean) <= 255
    assert len(names.shown(clean)) <= 120
    assert not re.search(r'[\x00-\x1f\\/:*?"<>|\u200b\u202e\ufeff\ud800]', clean)
    assert not clean.startswith((".", " ")) and not clean.endswith((".", " "))
    assert clean.split(".")[0].upper() not in {"CON", "NUL", "AUX", "PRN", "COM1", "LPT9"}
    assert names.clean_name(clean) == clean


@pytest.mark.parametrize("name", ["阿依古丽·买买提 𬭼䶮.pdf", "审计报告（2025 年度）.pdf", "a'b & c.pdf"])
def test_honest_names_stay_as_they_are(name):
    assert names.clean_name(name) == name


def test_the_ending_of_a_long_name_stays():
    assert names.shown("长" * 300 + ".pdf") == "长" * 115 + "….pdf"
