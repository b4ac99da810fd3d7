"""A user's name for a file: kept as they know it, harmless wherever it is written.

It is never a path on our disk; it appears on screens, in downloads and inside a dossier.
"""

import re
import unicodedata

LONGEST = 255
LONGEST_SHOWN = 120
# Letters that turn the reading direction or cannot be seen: "gpj.exe" must not look like "exe.jpg".
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
SPECIAL = re.compile(r'[\\/:*?"<>|]')
RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)
DEFAULT = "未命名"


def clean_name(name: str) -> str:
    """The last part of whatever the browser sent, without what a file system or an eye could trip over."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(character for character in name if unicodedata.category(character) not in INVISIBLE)
    name = re.sub(r"\s+", " ", SPECIAL.sub("_", name)).strip(" .")
    if RESERVED.fullmatch(name):
        name = f"_{name}"
    return _shortened(name or DEFAULT, LONGEST)


def shown(name: str) -> str:
    return _shortened(name, LONGEST_SHOWN)


def ending_of(name: str) -> str:
    """The part after the last point, lower case; "" if there is none."""
    stem, point, ending = name.rpartition(".")
    return ending.lower() if point and stem else ""


def with_ending(name: str, ending: str) -> str:
    """The name with that ending: a download is named for what it is."""
    return name if ending_of(name) else f"{name}.{ending}"


def _shortened(name: str, longest: int) -> str:
    if len(name) <= longest:
        return name
    stem, point, ending = name.rpartition(".")
    if not point or len(ending) > 10:
        return name[: longest - 1] + "…"
    return f"{stem[: longest - len(ending) - 2]}….{ending}"
