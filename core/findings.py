"""What a rule found out: measured against required, under one clause."""

from dataclasses import asdict, dataclass
from typing import Any

from core.clauses import Clause, clause


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition, judged.

    `ok` is None where a machine cannot tell and a person must look. The same finding is shown before filing,
    in a refusal, in the API's problem and in the notice; so it carries words, never HTML.
    """

    clause: str
    ok: bool | None
    measured: Any = ""
    required: Any = ""
    message: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        clause(self.clause)

    @property
    def cited(self) -> Clause:
        return clause(self.clause)

    @property
    def needs_a_person(self) -> bool:
        return self.ok is None

    def as_dict(self) -> dict[str, Any]:
        """For the ledger and the API: amounts and days as text, counts as they are."""
        plain = (str, int, bool, type(None))
        return {
            name: value if isinstance(value, plain) else str(value) for name, value in asdict(self).items()
        }
