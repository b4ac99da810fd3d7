"""The pictures are drawn from the declarations: they are up to date, complete, and nothing lies on anything else."""

from __future__ import annotations

import re
from io import StringIO
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from workflow import diagram
from workflow.layout import laid_out
from workflow.steps import PROCEDURES, steps_of

FOLDER = settings.BASE_DIR / "docs" / "processes"
NAMES = sorted(PROCEDURES)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", NAMES)
def test_the_files_are_what_the_declarations_say(name):
    graph = diagram.graph_of(PROCEDURES[name])

    assert (FOLDER / f"{name}.md").read_text(encoding="utf-8") == diagram.markdown(graph)
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == diagram.svg(graph)


def test_no_file_is_left_of_a_procedure_that_is_gone():
    assert sorted(path.stem for path in FOLDER.glob("*.svg")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_drawn_or_listed(name):
    graph = diagram.graph_of(PROCEDURES[name])
    drawn = {label for labels in graph.arrows.values() for label in labels}
    listed = {str(spec.label) for spec in [*graph.staying, *graph.anywhere]}

    assert {str(spec.label) for spec in steps_of(PROCEDURES[name]).values()} <= drawn | listed


@pytest.mark.parametrize("name", NAMES)
def test_nothing_lies_on_a_box(name):
    drawing = diagram.drawing(diagram.graph_of(PROCEDURES[name]))
    boxes = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in drawing.boxes]
    words = [(w.left, w.top, w.left + w.width, w.top + w.height) for w in drawing.words]

    meeting = [
        (one, other)
        for one, other in combinations(boxes + words, 2)
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert meeting == []
    for left, top, right, bottom in boxes + words:
        assert left >= 0 and top >= 0 and right <= drawing.width and bottom <= drawing.height


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_stands_alone_and_says_what_it_shows(name):
    graph = diagram.graph_of(PROCEDURES[name])
    written = diagram.svg(graph)
    picture = ElementTree.fromstring(written)  # noqa: S314  our own

    assert picture.find(f"{SVG}title").text == graph.title
    assert picture.find(f"{SVG}desc").text == graph.summary
    assert re.findall(r"style=|<style|<script|href|url\(|on\w+=", written) == []
    told = {text.text for text in picture.iter(f"{SVG}text")}
    drawn = {code for pair in graph.arrows for code in pair}
    assert {node.label for node in graph.nodes if node.code in drawn} <= told


def test_mermaid_names_states_in_words_and_arrows_by_their_steps():
    lines = diagram.mermaid(diagram.graph_of(PROCEDURES["Publicity"])).splitlines()

    assert lines == [
        "stateDiagram-v2",
        '  state "公示中" as posted',
        '  state "已结束" as ended',
        '  state "已终止" as terminated',
        "  [*] --> posted: 发布公示",
        "  posted --> ended: 公示结束",
        "  posted --> terminated: 终止公示",
        "  ended --> [*]",
        "  terminated --> [*]",
    ]


def test_what_leads_back_is_drawn_upwards():
    graph = diagram.graph_of(PROCEDURES["ProviderApplication"])
    back = [
        pair for pair, line in zip(graph.arrows, diagram.drawing(graph).lines, strict=True) if line.is_back
    ]

    assert ("correction", "submitted") in back
    assert ("submitted", "correction") not in back


def test_a_loop_of_two_states_is_drawn():
    drawing = laid_out(
        ["[*]", "a", "b"],
        {("[*]", "a"): ["始"], ("a", "b"): ["去"], ("b", "a"): ["回"]},
        {"a": ("甲", "企业"), "b": ("乙", "市级")},
    )

    assert [line.is_back for line in drawing.lines] == [False, False, True]
    assert drawing.boxes[0].y < drawing.boxes[1].y


def test_the_command_prints_or_writes(tmp_path):
    out = StringIO()
    call_command("process_diagram", "Publicity", "--format", "mermaid", stdout=out)
    call_command("process_diagram", "--out", str(tmp_path), stdout=StringIO())

    assert out.getvalue().startswith("stateDiagram-v2")
    assert len(list(tmp_path.iterdir())) == 2 * len(NAMES)
    with pytest.raises(CommandError, match="No procedure Nothing"):
        call_command("process_diagram", "Nothing")
