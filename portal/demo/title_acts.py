"""What happens to a title after its grant: a lead, the hearing, the decision; a review nobody answered."""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from accounts.roles import Role
from accreditation import supervision
from accreditation.models import Accreditation, ProviderReview, RevocationCase
from portal.demo.inputs import LEADS, TITLE_INPUTS
from portal.demo.people import People
from portal.demo.thread import Thread
from workflow.cases import Case
from workflow.preparing import propose


class TitleActs:
    """Acts on the title of a story; who acts and how a step is taken is told by `Acts`."""

    people: People

    def _step(self, case: Case, name: str, actor: Actor, **inputs: Any) -> Case:
        raise NotImplementedError

    def _province(self, thread: Thread, role: Role = Role.PROV_OFFICER) -> Actor:
        raise NotImplementedError

    def report_lead(self, thread: Thread, argument: str) -> None:
        """A department tells of what it did; the province looks into it."""
        title = Accreditation.objects.get(parent__reference=thread.reference)
        said = LEADS[argument]
        supervision.report_lead(
            title, actor=self._province(thread), ground=argument, facts=said["facts"], source=said["source"]
        )

    def open_case(self, thread: Thread, argument: str) -> None:
        self._on_title(thread, "open", self._province(thread))

    def tell_holder(self, thread: Thread, argument: str) -> None:
        case = _revocation(thread)
        said = TITLE_INPUTS["serve_prior_notice"] | {
            "ground": case.ground,
            "facts": LEADS[case.ground]["told"],
        }
        self._step(case, "serve_prior_notice", self._province(thread), **said)

    def state_on_title(self, thread: Thread, argument: str) -> None:
        self._on_title(thread, "state_case", self.people.handler(thread.firm.key))

    def propose_on_title(self, thread: Thread, argument: str) -> None:
        case = _review(thread) if argument == "fail" else _revocation(thread)
        propose(case, argument, actor=self._province(thread), **TITLE_INPUTS[argument])

    def revoke(self, thread: Thread, argument: str) -> None:
        self._on_title(thread, "decide_revoke", self._province(thread, Role.PROV_APPROVER))

    def fail_review(self, thread: Thread, argument: str) -> None:
        case = _review(thread)
        self._step(case, "fail", self._province(thread, Role.PROV_APPROVER), **TITLE_INPUTS["fail"])

    def _on_title(self, thread: Thread, step: str, actor: Actor) -> None:
        self._step(_revocation(thread), step, actor, **TITLE_INPUTS[step])


def _revocation(thread: Thread) -> RevocationCase:
    return RevocationCase.objects.get(parent__parent__reference=thread.reference)


def _review(thread: Thread) -> ProviderReview:
    return ProviderReview.objects.get(parent__parent__reference=thread.reference)
