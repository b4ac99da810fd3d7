"""A story while it is told."""

from __future__ import annotations

from dataclasses import dataclass

from accreditation.models import ProviderApplication
from portal.demo.calendar import Days
from portal.demo.plan import Firm
from portal.demo.stories import Story
from publicity.models import Objection, Publicity


@dataclass
class Thread:
    """A story with its firm, its days and, once it has begun, its application. `number` deals it to colleagues."""

    number: int
    story: Story
    firm: Firm
    days: Days
    reference: str = ""

    def __post_init__(self) -> None:
        self._application: ProviderApplication | None = None

    @property
    def application(self) -> ProviderApplication:
        """The application as it stands when an act begins."""
        if self._application is None:
            self._application = ProviderApplication.objects.get(reference=self.reference)
        return self._application

    def reload(self) -> None:
        self._application = None

    @property
    def posting(self) -> Publicity:
        return Publicity.objects.filter(parent__reference=self.reference).latest("pk")

    @property
    def objection(self) -> Objection:
        return Objection.objects.filter(parent__parent__reference=self.reference).latest("pk")
