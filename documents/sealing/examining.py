"""Looks at a PDF that somebody says an organ has issued. Runs in the confined child."""

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pypdfium2

from documents.sealing import pades

PAGES = 3  # from each end: a code is printed on the first page or beside the signature
CODE = re.compile(r"(?:[2-9A-HJKMNP-Z]\s{0,2}){18}")
MOST = 8


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The signatures on the file of `path`, and what on its pages looks like a verification code."""
    found: dict[str, Any] = {
        "signatures": [asdict(one) for one in pades.examine(Path(request["path"]).read_bytes())],
        "codes": [],
    }
    say(found)  # a file whose pages cannot be read has its signatures all the same
    return found | {"codes": _codes(request["path"])}


def _codes(path: str) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    numbers = sorted({*range(len(document))[:PAGES], *range(len(document))[-PAGES:]})
    text = "\n".join(document[number].get_textpage().get_text_bounded() for number in numbers)
    seen = dict.fromkeys("".join(match.split()) for match in CODE.findall(text))
    return list(seen)[:MOST]
