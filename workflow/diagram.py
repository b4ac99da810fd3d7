"""A procedure as a picture, read from its `@step` lines: nobody draws it, so it cannot fall behind.

Not drawn are steps that leave a case where it is and steps that are possible almost anywhere; both are listed
below the picture. Steps between the same two states share an arrow.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.template.loader import render_to_string

from accounts.roles import Role
from workflow.cases import Case
from workflow.layout import Drawing, laid_out
from workflow.steps import Step, steps_of

START = "[*]"
ALMOST_ANYWHERE = 6  # a step from more states than this is a sentence, not a bundle of arrows

# Who holds a state, as a colour of the box; every box says it in words as well.
TONES = {
    "enterprise": ("#fdf2df", "#c07f10"),
    "city": ("#e9f0f9", "#1d5199"),
    "province": ("#dbe6f4", "#163f78"),
    "other": ("#f1ecfa", "#5a3d91"),
    "nobody": ("#f0f3f6", "#7d8b9b"),
}
TONE_OF = {
    Role.APPLICANT: "enterprise",
    Role.LEGAL_REP: "enterprise",
    Role.CITY_OFFICER: "city",
    Role.CITY_APPROVER: "city",
    Role.PROV_OFFICER: "province",
    Role.PROV_APPROVER: "province",
}


@dataclass(frozen=True)
class Node:
    """A state: its words, who holds it, whether a case ends in it."""

    code: str
    label: str
    holder: str
    tone: str
    is_end: bool


@dataclass
class Graph:
    """What is drawn of a procedure, and what is listed instead."""

    procedure: type[Case]
    nodes: list[Node]
    arrows: dict[tuple[str, str], list[str]]
    staying: list[Step] = field(default_factory=list)
    anywhere: list[Step] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.procedure.__name__

    @property
    def title(self) -> str:
        return f"{self.procedure._meta.verbose_name}：办理流程"

    @property
    def summary(self) -> str:
        """The picture in one sentence, for who does not see it."""
        ends = "、".join(node.label for node in self.nodes if node.is_end)
        return f"共 {len(self.nodes)} 个状态、{len(self.arrows)} 条去向；从“{self.nodes[0].label}”开始，结束于：{ends}。"

    def label_of(self, code: str) -> str:
        return next(node.label for node in self.nodes if node.code == code)


def graph_of(procedure: type[Case]) -> Graph:
    """States in the order the procedure declares them, arrows in the order of its steps."""
    holders = {str(state): Role(role) for state, role in procedure.holders.items()}
    nodes = []
    for state in procedure.State:
        role = holders.get(state.value)
        tone = "nobody" if role is None else TONE_OF.get(role, "other")
        nodes.append(
            Node(state.value, str(state.label), str(role.label) if role else "办结", tone, role is None)
        )
    graph = Graph(procedure, nodes, {})
    steps = steps_of(procedure).values()
    if not any(spec.creates for spec in steps):
        graph.arrows[(START, nodes[0].code)] = ["首次保存"]
    for spec in steps:
        if spec.target is None:
            graph.staying.append(spec)
        elif len(spec.source) > ALMOST_ANYWHERE:
            graph.anywhere.append(spec)
        else:
            for source in spec.source:
                for target in spec.targets:
                    if target == source:  # one of several who sign: nothing to draw until the last has
                        continue
                    labels = graph.arrows.setdefault((source or START, target), [])
                    if spec.label not in labels:
                        labels.append(str(spec.label))
    return graph


# --- Mermaid -------------------------------------------------------------------------------------------------


def mermaid(graph: Graph) -> str:
    """For whoever reads Markdown: the same arrows as the picture."""
    lines = ["stateDiagram-v2"]
    lines += [f'  state "{node.label}" as {node.code}' for node in graph.nodes]
    lines += [
        f"  {source} --> {target}: {' / '.join(labels)}" for (source, target), labels in graph.arrows.items()
    ]
    lines += [f"  {node.code} --> [*]" for node in graph.nodes if node.is_end]
    return "\n".join(lines)


def markdown(graph: Graph) -> str:
    """The page in `docs/processes`: the picture, the diagram as text, and every step in a table."""
    rows = [
        f"| {spec.label} | {_from(graph, spec)} | {_to(graph, spec)} | {_by(spec)} | {', '.join(spec.clauses)} |"
        for spec in steps_of(graph.procedure).values()
    ]
    parts = [
        f"# {graph.procedure._meta.verbose_name} — `{graph.name}`",
        "Drawn from the `@step` declarations by `manage.py process_diagram`; do not edit.",
        f"![{graph.title}。{graph.summary}]({graph.name}.svg)",
        "```mermaid\n" + mermaid(graph) + "\n```",
        "\n".join(["| step | from | to | by | clause |", "|---|---|---|---|---|", *rows]),
    ]
    return "\n\n".join(parts) + "\n"


def _from(graph: Graph, spec: Step) -> str:
    if spec.creates:
        return "—"
    open_states = [node.code for node in graph.nodes if not node.is_end]
    if len(spec.source) == len(open_states):
        return "任一未办结状态"
    left_out = [code for code in open_states if code not in spec.source]
    if len(spec.source) > ALMOST_ANYWHERE and len(left_out) <= 2:
        return f"除{'、'.join(graph.label_of(code) for code in left_out)}外的任一未办结状态"
    return "、".join(graph.label_of(code) for code in spec.source)


def _to(graph: Graph, spec: Step) -> str:
    return "不变" if spec.target is None else "或".join(graph.label_of(code) for code in spec.targets)


def _by(spec: Step) -> str:
    return "、".join(str(role.label) for role in spec.by) or "随其他步骤"


def told(graph: Graph) -> list[dict[str, object]]:
    """Every step in words, for the table beside the picture."""
    return [
        {"step": spec, "from": _from(graph, spec), "to": _to(graph, spec), "by": _by(spec)}
        for spec in steps_of(graph.procedure).values()
    ]


# --- SVG -----------------------------------------------------------------------------------------------------


def drawing(graph: Graph) -> Drawing:
    """The picture's boxes, labels and lines in their places."""
    boxes = {node.code: (node.label, node.holder) for node in graph.nodes}
    return laid_out([START, *boxes], graph.arrows, boxes)


def svg(graph: Graph) -> str:
    """A file that stands alone: no script, no style, no font or address from outside."""
    return render_to_string("workflow/diagram.svg", svg_context(graph)).strip() + "\n"


def svg_context(graph: Graph) -> dict[str, object]:
    placed = drawing(graph)
    nodes = {node.code: node for node in graph.nodes}
    return {
        "graph": graph,
        "drawing": placed,
        "boxes": [
            {
                "box": box,
                "node": nodes[box.code],
                "fill": TONES[nodes[box.code].tone][0],
                "line": TONES[nodes[box.code].tone][1],
                "label_y": round(box.y + 21, 1),
                "holder_y": round(box.y + 38, 1),
            }
            for box in placed.boxes
        ],
    }
