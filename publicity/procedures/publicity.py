"""Publicity 公示: a public notice with a legally computed period, its content frozen.

End: the later of five working days and seven calendar days after posting (AMB-G05). A correction of what was
posted stands beside the old version and starts the period again.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core import periods
from core.findings import Finding
from publicity import forms
from publicity.clocks import PUBLICITY as PUBLICITY_CLOCK
from publicity.notices import PUBLICITY as PUBLICITY_NOTICE
from workflow.cases import Case
from workflow.ledger import canonical, sm3
from workflow.steps import step


def last_day_is_over(posting: Publicity, ctx) -> Finding:
    """The posted last day is over (SX-55)."""
    ok = ctx.today > posting.last_day
    return Finding(
        "SX-55",
        ok,
        ctx.today,
        f"{posting.last_day} 之后",
        "" if ok else f"公示到 {posting.last_day}（含当日）。",
        "last_day_is_over",
    )


class Publicity(Case):
    class State(models.TextChoices):
        POSTED = "posted", _("公示中")
        ENDED = "ended", _("已结束")
        TERMINATED = "terminated", _("已终止")

    holders = {State.POSTED: Role.SYSTEM}
    prefix = "GS"

    posted_on = models.DateField(_("公示起"))
    last_day = models.DateField(_("公示止（含当日）"))

    class Meta:
        verbose_name = verbose_name_plural = _("公示")
        constraints = [
            models.CheckConstraint(
                name="publicity_ends_after_it_is_posted",
                condition=models.Q(last_day__gt=models.F("posted_on")),
            )
        ]

    @property
    def content(self) -> dict:
        return self.versions.last().content

    @property
    def takes_objections(self) -> bool:
        from core import clock  # beside its one use

        return self.state == self.State.POSTED and clock.today() <= self.last_day

    # fmt: off
    @step("发布公示", target=State.POSTED, clause=["SX-55", "HB-38", "AMB-G05"], form=forms.PostForm,
          within=["ProviderApplication.publicise", "ProviderApplication.republicise", "Tender.rank"],
          issues=PUBLICITY_NOTICE, starts=PUBLICITY_CLOCK)
    def post(self, ctx):
        self._freeze(ctx, ctx.inputs["content"], "")

    @step("更正公示", source=State.POSTED, by=[Role.PROV_APPROVER, Role.COUNTY_APPROVER], clause="AMB-G05",
          form=forms.CorrectPostingForm, issues=PUBLICITY_NOTICE, restarts=PUBLICITY_CLOCK)
    def correct(self, ctx):
        period, said = self.period_from(ctx.today), ctx.inputs
        self.posted_on, self.last_day = period["posted_on"], period["last_day"]
        self._freeze(ctx, {**self.content, "text": said["text"]}, f"{said['what_was_wrong']}；{said['reason']}")

    @step("公示结束", source=State.POSTED, target=State.ENDED, by=Role.SYSTEM, clause=["SX-55", "AMB-G05"],
          requires=[last_day_is_over], lapse_of=PUBLICITY_CLOCK, causes="ProviderApplication.end_publicity")
    def end(self, ctx):
        ctx.cascade(self.parent, "end_publicity")

    @step("终止公示", source=State.POSTED, target=State.TERMINATED, clause="AMB-G11",
          within=["ProviderApplication.refuse", "ProviderApplication.withdraw", "Tender.resolve_challenge",
                  "Tender.cancel"])
    def terminate(self, ctx):
        """The parent left publicity for good; the page says so."""
    # fmt: on

    @staticmethod
    def period_from(day) -> dict:
        """First and last day of a period posted on a day (AMB-G05)."""
        return {"posted_on": day, "last_day": periods.publicity_last_day(day)}

    def _freeze(self, ctx, content: dict, reason: str) -> None:
        version = PublicityVersion.objects.create(
            publicity=self,
            number=self.versions.count() + 1,
            content=content,
            digest=sm3(canonical(content).encode()),
            posted_on=self.posted_on,
            last_day=self.last_day,
            reason=reason,
            posted_by=ctx.actor.user,
        )
        ctx.notice.update(
            content=content, posted_on=self.posted_on, last_day=self.last_day, version=version.number
        )
        ctx.record(digest=version.digest, last_day=self.last_day)


class PublicityVersion(models.Model):
    """What was posted, word for word, provable by its digest; a correction is the next version."""

    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    posted_on = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=1100, blank=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("公示内容")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="one_publicity_version_per_number", fields=["publicity", "number"])
        ]
