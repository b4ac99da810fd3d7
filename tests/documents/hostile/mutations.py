"""Honest files, damaged at random from a seed: bits, lengths, halves, parts in the wrong order, two files in one."""

import random
from collections.abc import Callable

from tests.documents.hostile.sample import Sample, Verdict

SEED = 20250610
HOW_MANY = 200


def of(honest: list[Sample], *, seed: int = SEED, how_many: int = HOW_MANY) -> list[Sample]:
    """`how_many` damaged copies. Any verdict is right for them but a crash, a hang or a missing sentence."""
    dice = random.Random(seed)
    damaged = []
    for number in range(how_many):
        sample, other = dice.choice(honest), dice.choice(honest)
        damage = dice.choice(DAMAGES)
        content = damage(dice, sample.content, other.content)
        label = f"{number}-{damage.__name__}-{sample.label}"
        damaged.append(Sample(label, sample.name, sample.slot, content, Verdict.INERT))
    return damaged


def flip_bits(dice: random.Random, content: bytes, other: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice((1, 4, 64))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def cut(dice: random.Random, content: bytes, other: bytes) -> bytes:
    return content[: len(content) * dice.randrange(1, 64) // 64]


def swap_pieces(dice: random.Random, content: bytes, other: bytes) -> bytes:
    first, second, third = sorted(dice.randrange(len(content)) for _ in range(3))
    return content[:first] + content[second:third] + content[first:second] + content[third:]


def lie_about_length(dice: random.Random, content: bytes, other: bytes) -> bytes:
    at = dice.randrange(max(1, len(content) - 4))
    return content[:at] + dice.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"9999")) + content[at + 4 :]


def splice(dice: random.Random, content: bytes, other: bytes) -> bytes:
    return content[: dice.randrange(len(content))] + other[dice.randrange(len(other)) :]


def repeat_piece(dice: random.Random, content: bytes, other: bytes) -> bytes:
    start = dice.randrange(len(content))
    piece = content[start : start + dice.randrange(1, 400)]
    return content[:start] + piece * dice.choice((3, 500)) + content[start:]


DAMAGES: list[Callable[[random.Random, bytes, bytes], bytes]] = [
    flip_bits, cut, swap_pieces, lie_about_length, splice, repeat_piece,
]  # fmt: skip
