"""P9, P11 and the dossier: official paper beside plain WeasyPrint and a plain merge, by processor time.

python -m bench.papers notices PAIRS SEED       every kind, names of any characters of GB2312
python -m bench.papers template PAIRS SEED      the same with fonts of no more characters than the pages have
python -m bench.papers two PAIRS SEED           two processes at once, beside a control that only computes
python -m bench.papers missing PAIRS SEED       without libharfbuzz-subset
python -m bench.papers dossier PAIRS SEED       300 pages of 50 files
python -m bench.papers previews PAIRS SEED      as an office sees them before it decides

Nothing of a machine that others use as well can be read from a clock on the wall: what ours and theirs ask of the
processor is taken page by page in turns.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from html import unescape
from pathlib import Path
from typing import Any

from bench.control import spin
from bench.databases import ROOT, Database
from bench.pairs import Pairs, in_turns
from bench.report import Row

PAGES, FILES, CHAPTERS = 300, 50, 10  # of the dossier
KIB, MIB = 1024, 1024 * 1024


# --- What the bench is told ---------------------------------------------------------------------------------


def notices(base: Database, pairs: int, seed: int) -> Iterator[Row]:
    told = _told(base, "notices", pairs, seed)
    compared = _faster(told)
    slowest = min(told["kinds"].items(), key=lambda kind: kind[1])
    said = f"{_each(told)}; {slowest[0]} {slowest[1]:.2f}"
    yield Row.of("P9", "ratio", "", compared.ratio, compared, said)
    fitted = _told(base, "template", pairs, seed)
    compared = _faster(fitted)
    yield Row.of("P9", "template", "", compared.ratio, compared, _each(fitted))
    heaviest = max(told["sizes"].items(), key=lambda kind: kind[1])
    heavy = sorted(kind for kind, size in told["sizes"].items() if size > 40)
    yield Row.of("P9", "size", "", heaviest[1], None, f"{heaviest[0]}; over 40: {', '.join(heavy) or 'none'}")
    yield Row.of("P9", "text", "", told["unlike"], None, f"{told['drawn']} notices read back")
    two = _told(base, "two", pairs, seed)
    compared = Pairs(tuple(two["ours"]), tuple(two["theirs"]))
    yield Row.of("P9", "two", "", compared.ratio, compared, "times the work of one: pages / control")


def missing_library(base: Database, pairs: int, seed: int) -> Iterator[Row]:
    told = _told(base, "missing", pairs, seed)
    yield Row.of(
        "P11", "told", "", len(told["warnings"]), None, f"a page is then {told['slower']:.0f} times slower"
    )


def dossier(base: Database, pairs: int, seed: int) -> Iterator[Row]:
    told = _told(base, "dossier", pairs, seed)
    compared = Pairs(tuple(told["ours"]), tuple(told["theirs"]))
    said = f"{min(told['ours']):.2f} s / {min(told['theirs']):.2f} s, sheets of its own {told['sheets']:.2f} s of each"
    yield Row.of("DOSSIER", "ratio", "", compared.ratio, compared, said)
    yield Row.of("DOSSIER", "memory", "", told["memory"], None, f"{told['pages']} pages")
    seen = _told(base, "previews", pairs, seed)
    yield Row.of("DOSSIER", "preview", "", max(seen.values()), None, max(seen, key=lambda kind: seen[kind]))


def _told(base: Database, task: str, pairs: int, seed: int) -> dict[str, Any]:
    cuts = os.environ.get("FONT_CUTS_DIR", str(ROOT / "var" / "fonts"))
    told: dict[str, Any] = json.loads(
        base.run("-m", "bench.papers", task, str(pairs), str(seed), FONT_CUTS_DIR=cuts).splitlines()[-1]
    )
    return told


def _faster(told: dict[str, Any]) -> Pairs:
    """How many times as fast: theirs over ours."""
    return Pairs(tuple(told["theirs"]), tuple(told["ours"]))


def _each(told: dict[str, Any]) -> str:
    of_each = [min(told[side]) / len(told["kinds"]) * 1000 for side in ("theirs", "ours")]
    return f"{of_each[0]:.0f} ms / {of_each[1]:.0f} ms of processor a notice"


# --- What the child does: only it has the portal in it --------------------------------------------------------


def pages_of(name: str) -> dict[str, str]:
    """A notice of every kind, to an enterprise of that name."""
    from documents.notices import samples
    from documents.notices.kinds import template_of
    from documents.notices.render import filled

    party = {**samples.ENTERPRISE, "name": name}
    pages = {}
    for kind in samples.PECULIAR:
        facts = samples.sample_context(kind)
        for part in ("enterprise", "addressee"):
            if facts[part] == samples.ENTERPRISE:
                facts[part] = party
        pages[kind] = filled(template_of(kind), facts, base="notices/base.html")
    return pages


def names(seed: int) -> Iterator[str]:
    """Names of any characters of GB2312."""
    chance = random.Random(seed)
    while True:
        drawn = bytes(
            byte for _ in range(6) for byte in (chance.randrange(0xB0, 0xF8), chance.randrange(0xA1, 0xFF))
        )
        yield f"山西{drawn.decode('gb2312', 'ignore')}外贸综合服务有限公司"


def press(cuts: dict[str, tuple[Path, ...]] | None = None) -> Any:
    from documents.notices import fonts
    from documents.notices.child import Press

    return Press({role: list(map(str, paths)) for role, paths in (cuts or fonts.all_cuts()).items()})


def plain_sheet() -> str:
    """Our stylesheet with the whole files in place of their cuts, and no margins where a browser's sheet has some."""
    from documents.notices import fonts
    from documents.notices.child import ASSETS

    faces = "".join(
        f'@font-face {{ font-family: whole-{role}; src: url("{fonts._source(fonts.FACE[role])[0].as_uri()}") }}\n'
        for role in fonts.ROLES
    )
    sheet = (ASSETS / "paper.css").read_text(encoding="utf-8")
    return f"{faces}* {{ margin: 0; padding: 0 }}\n" + re.sub(r"\bpaper-(\w+)", r"whole-\1", sheet)


def trackings_in(page: str) -> str:
    """The rules of the lines of one page; ours has all there are, ready."""
    steps = sorted(set(re.findall(r'class="ln t(-?\d+)"', page)))
    return "".join(f".t{step} {{ letter-spacing: {int(step) / 100}pt }}\n" for step in steps)


def asked(act: Callable[[], Any]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def text_of(pdf: bytes) -> Counter[str]:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return Counter("".join(re.sub(r"— \d+ —|\s", "", page) for page in pages))


def text_in(page: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", unescape(re.sub(r"<[^>]*>", "", page.partition("</head>")[2]))))


def measure_notices(pairs: int, seed: int, cuts: dict[str, tuple[Path, ...]] | None = None) -> dict[str, Any]:
    from bench.limits.plain_paper import drawn as plain

    ours, sheet = press(cuts), plain_sheet()
    taken: dict[str, tuple[list[float], list[float]]] = {}
    sizes: dict[str, float] = {}
    unlike = 0
    for name in itertools.islice(names(seed), pairs):
        for kind, page in pages_of(name).items():
            pdf = ours.draw(page)
            sizes[kind] = max(sizes.get(kind, 0), len(pdf) / KIB)
            unlike += text_of(pdf) != text_in(page)
            mine, theirs = taken.setdefault(kind, ([], []))
            mine.append(asked(lambda page=page: ours.draw(page)))
            theirs.append(asked(lambda page=page: plain(page, sheet + trackings_in(page))))
    return {
        "ours": [sum(turn) for turn in zip(*(mine for mine, _ in taken.values()), strict=True)],
        "theirs": [sum(turn) for turn in zip(*(theirs for _, theirs in taken.values()), strict=True)],
        "kinds": {kind: Pairs(tuple(theirs), tuple(mine)).ratio for kind, (mine, theirs) in taken.items()},
        "sizes": sizes, "unlike": unlike, "drawn": pairs * len(sizes),
    }  # fmt: skip


def measure_template(pairs: int, seed: int) -> dict[str, Any]:
    from documents.notices import fonts

    pages = [page for name in itertools.islice(names(seed), pairs) for page in pages_of(name).values()]
    codes = tuple(sorted({ord(letter) for page in pages for letter in page + fonts.PAGE_NUMBER}))
    with tempfile.TemporaryDirectory() as folder:
        cuts = {
            face.role: (
                fonts._cut(fonts._source(face), Path(folder), codes, face.grid),
                *fonts.cuts(face.role)[1:],
            )
            for face in fonts.FACES
        }
        return measure_notices(pairs, seed, cuts)


_drawing: list[tuple[Any, list[str]]] = []


def _get_ready(seed: int) -> None:
    _setup()
    _drawing.append((press(), list(pages_of(next(names(seed))).values())))
    draw_all()


def draw_all(_: int = 0) -> float:
    begun = time.perf_counter()
    for ours, pages in _drawing:
        for page in pages:
            ours.draw(page)
    return time.perf_counter() - begun


def measure_two(pairs: int, seed: int) -> dict[str, Any]:
    with multiprocessing.get_context("spawn").Pool(2, _get_ready, (seed,)) as pool:

        def times(work: Callable[[int], float]) -> float:
            return 2 * pool.apply(work) / max(pool.map(work, range(2), chunksize=1))

        for work in (draw_all, spin):
            times(work)
        return asdict(in_turns(lambda: times(draw_all), lambda: times(spin), pairs))


def measure_missing(pairs: int, seed: int) -> dict[str, Any]:
    from weasyprint.pdf import fonts as cutting
    from weasyprint.text import ffi

    from documents.notices import checks, child

    ours, page = press(), pages_of(next(names(seed)))["receipt"]
    ours.draw(page)
    fast = min(asked(lambda: ours.draw(page)) for _ in range(pairs))
    ffi.harfbuzz_subset = cutting.harfbuzz_subset = None
    checks.SUBSETTER = ("a-library-that-is-not-there.so",)
    warnings = [*filter(None, [child.shortcomings()]), *(told.id for told in checks.subsetter_present())]
    return {"warnings": warnings, "slower": asked(lambda: ours.draw(page)) / fast}


def measure_dossier(pairs: int, seed: int) -> dict[str, Any]:
    import pikepdf

    from bench.limits.plain_paper import merged
    from documents import confined
    from documents.dossiers import binding
    from documents.dossiers.cross_page_seal import cross_page_seal
    from documents.notices.render import filled
    from documents.notices.samples import ENTERPRISE

    ours, each = press(), PAGES // FILES
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        drawn = [ours.draw(page) for page in pages_of(next(names(seed))).values()]
        for number, pdf in enumerate(drawn):
            (folder / f"drawn-{number}.pdf").write_bytes(pdf)
        files = [folder / f"file-{number}.pdf" for number in range(FILES)]
        for number, file in enumerate(files):
            with pikepdf.new() as made:
                for turn in itertools.count(number):
                    with pikepdf.open(folder / f"drawn-{turn % len(drawn)}.pdf") as source:
                        made.pages.extend(list(source.pages)[: each - len(made.pages)])
                    if len(made.pages) == each:
                        break
                made.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate)

        def sheet(template: str, **context: Any) -> bytes:
            pdf: bytes = ours.draw(filled(f"dossiers/{template}.html", context, base="notices/base.html"))
            return pdf

        def chapters() -> list[binding.Chapter]:
            per = FILES // CHAPTERS
            leaves = [binding.Leaf(f"材料第{number}件.pdf", file, "pdf") for number, file in enumerate(files)]
            parts = [leaves[begin : begin + per] for begin in range(0, FILES, per)]
            return [
                binding.Chapter(
                    f"{number}　材料",
                    sheet("chapter", number=number, name="材料", required=True, leaves=part),
                    part,
                )
                for number, part in enumerate(parts, start=1)
            ]

        def cover() -> bytes:
            return sheet(
                "cover", program="省级外贸综合服务企业", applicant=ENTERPRISE, reference="WZ14-2026-0024"
            )

        def contents(entries: list[binding.Entry]) -> bytes:
            last.update(entries=entries)
            return sheet("contents", entries=entries)

        def bound() -> float:
            before = confined.nursery.processor_seconds
            with tempfile.TemporaryDirectory(dir=folder) as pieces:
                begun = time.process_time()
                last["pages"] = binding.bind(
                    folder / "volume.pdf", cover(), contents, chapters(), folder=Path(pieces), seal=seal
                ).pages
                return time.process_time() - begun + confined.nursery.processor_seconds - before

        def bare() -> float:
            begun = time.process_time()
            cover(), chapters(), contents(last["entries"])
            sheets.append(time.process_time() - begun)
            assert merged(files, folder / "merged.pdf") == PAGES
            return time.process_time() - begun

        last: dict[str, Any] = {}
        sheets: list[float] = []
        seal = cross_page_seal(ENTERPRISE["name"])
        bound(), bare()
        compared = in_turns(bound, bare, pairs)
        parts = [{"path": str(file), "title": file.name, "level": 1, "strange": True} for file in files]
        request = folder / "request.json"
        request.write_text(json.dumps({"parts": parts, "seal": seal, "out": str(folder / "peak.pdf")}))
        peak = subprocess.run(
            [sys.executable, "-m", "bench.papers", "peak", str(request)],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        return asdict(compared) | {
            "memory": float(peak.stdout), "pages": last["pages"], "sheets": min(sheets),
        }  # fmt: skip


def peak(request: str) -> None:
    """Binds and prints the most memory this process ever held, in megabytes."""
    from documents.dossiers import preparing, stitching

    asked = json.loads(Path(request).read_text())
    preparing.main({"files": [[part["path"], "pdf", ""] for part in asked["parts"]]}, lambda said: None)
    stitching.main(asked, lambda said: None)
    # The kernel's count for this program alone: `getrusage` begins with what its parent held.
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(int(held[1]) * KIB / MIB if held else 0)


def measure_previews(pairs: int, seed: int) -> dict[str, float]:
    """Seconds on the wall until a picture of each kind is there: what a person waits for."""
    from documents.notices import samples
    from documents.notices.preview import preview_png

    def seen(kind: str) -> float:
        begun = time.perf_counter()
        preview_png(kind, samples.sample_context(kind))
        return time.perf_counter() - begun

    for kind in samples.PECULIAR:
        seen(kind)
    return {kind: sorted(seen(kind) for _ in range(pairs))[pairs // 2] for kind in samples.PECULIAR}


def _setup() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


TASKS: dict[str, Callable[[int, int], dict[str, Any]]] = {
    "notices": measure_notices,
    "template": measure_template,
    "two": measure_two,
    "missing": measure_missing,
    "dossier": measure_dossier,
    "previews": measure_previews,
}

if __name__ == "__main__":
    if sys.argv[1] == "peak":
        peak(sys.argv[2])
    else:
        _setup()
        print(json.dumps(TASKS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))
