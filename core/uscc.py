"""The unified social credit code (GB 32100-2015): read what was typed, say what is wrong, make one to try.

Eighteen characters: registering body, kind of subject, six digits of region, nine of the organization code,
one check character. The organization code ends with a check of its own (GB 11714), which old registrations do
not always honour; so it is made right here but not demanded.
"""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORGANIZATION_CHECKS = "0123456789X"
LENGTH = 18
LOOKS_LIKE = {"I": "1", "O": "0", "S": "5", "V": "U 或 Y", "Z": "2"}


class InvalidUSCC(ValueError):
    """What was typed is no code; the message tells the person which character to look at."""


def normalise(text: str) -> str:
    """Half-width, upper case, without the blanks and dashes that copying brings along."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        character
        for character in folded
        if not character.isspace() and unicodedata.category(character) not in ("Cf", "Pd")
    )


def check(text: str) -> str:
    """The code as it is stored, or InvalidUSCC in words that lead to the mistake."""
    code = normalise(text)
    if not code:
        raise InvalidUSCC("请填写统一社会信用代码。")
    if len(code) != LENGTH:
        raise InvalidUSCC(f"统一社会信用代码应为 18 位，现为 {len(code)} 位。请对照营业执照核对。")
    for position, character in enumerate(code, start=1):
        if character not in ALPHABET:
            raise InvalidUSCC(_strange(character, position))
    if not code[2:8].isdigit():
        raise InvalidUSCC("统一社会信用代码第 3 至 8 位是行政区划码，应全为数字。请对照营业执照核对。")
    right = check_character(code[:-1])
    if code[-1] != right:
        raise InvalidUSCC(
            f"统一社会信用代码校验位不符：前 17 位对应的校验位应为“{right}”，现为“{code[-1]}”。"
            "请逐位核对，常见原因是抄错或颠倒了某一位。"
        )
    return code


def check_character(body: str) -> str:
    """The eighteenth character that the first seventeen call for."""
    total = sum(weight * ALPHABET.index(character) for weight, character in zip(WEIGHTS, body, strict=True))
    return ALPHABET[-total % 31]


def generate(region: str, serial: int) -> str:
    """A valid enterprise code, always the same for the same region and serial; for demo data and tests."""
    organization = f"MA{serial:06d}"
    if len(organization) != len(ORGANIZATION_WEIGHTS) or serial < 0:
        raise ValueError("A serial has at most six digits.")
    weighted = (
        weight * int(character, 36)
        for weight, character in zip(ORGANIZATION_WEIGHTS, organization, strict=True)
    )
    body = f"91{region}{organization}{ORGANIZATION_CHECKS[-sum(weighted) % 11]}"
    return body + check_character(body)


def _strange(character: str, position: int) -> str:
    where = f"统一社会信用代码第 {position} 位“{character}”不是允许的字符"
    if character in LOOKS_LIKE:
        return f"{where}：代码中不使用 I、O、S、V、Z，此处可能是 {LOOKS_LIKE[character]}。"
    return f"{where}，只能是数字或大写字母。"
