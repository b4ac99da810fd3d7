"""What a page loads: the pinned files only, readable by old browsers, and nothing from another machine."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from portal.states import WORN

STATIC = Path(__file__).resolve().parents[2] / "static"
VENDOR = STATIC / "vendor"
OURS = sorted(
    path
    for path in STATIC.rglob("*")
    if path.suffix in {".css", ".js", ".svg"} and VENDOR not in path.parents
)
# Browsers on government desktops start at Chromium 86; these would leave a colour or a rule out.
TOO_NEW = re.compile(r"oklch\(|oklab\(|light-dark\(|color-mix\(|:has\(|@container|@layer|@scope")


def test_the_sprite_holds_exactly_the_icons_on_the_list():
    lines = (STATIC / "icons.txt").read_text().splitlines()
    symbols = ET.parse(VENDOR / "icons.svg").getroot()  # noqa: S314 - our own file

    assert {symbol.get("id") for symbol in symbols} == {line for line in lines if line and line[0] != "#"}
    assert [symbol.get("id") for symbol in symbols if not len(symbol)] == []


def test_every_icon_that_a_state_wears_has_its_class():
    rules = re.findall(r"^\.i-([\w-]+)::before\{--i:", (VENDOR / "worn.css").read_text(), re.M)

    assert set(rules) == WORN


def test_no_vendored_file_points_at_a_source_map_that_is_not_there():
    assert [path.name for path in VENDOR.iterdir() if b"sourceMappingURL" in path.read_bytes()] == []


def test_tabler_is_the_version_old_browsers_can_read():
    text = (VENDOR / "tabler.min.css").read_text()

    assert "Tabler v1.0.0" in text
    assert TOO_NEW.findall(text) == [":has("]  # cosmetic: no underline beside an icon


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_own_files_ask_no_other_machine_and_no_newer_browser(path):
    text = path.read_text()

    assert (
        re.findall(r"(?:https?:)?//(?!www\.w3\.org/)[\w-]+\.[\w.-]+", re.sub(r"(?m)^\s*(//|\*).*$", "", text))
        == []
    )
    assert path.suffix != ".css" or TOO_NEW.findall(text) == []
