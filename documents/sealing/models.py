"""The certificates with which papers were sealed: public, kept for as long as the papers are."""

from __future__ import annotations

from asn1crypto.x509 import Certificate
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core import clock
from documents.sealing import certificates


class SealCertificate(models.Model):
    """A certificate of an organ, entered when the first paper was sealed with it; replaced ones stay."""

    fingerprint = models.CharField(_("证书指纹"), max_length=64, primary_key=True)
    organ = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", verbose_name=_("签章机关")
    )
    certificate = models.TextField(_("证书"), help_text=_("PEM 格式，不含私钥"))
    valid_from = models.DateTimeField(_("有效期起"))
    valid_until = models.DateTimeField(_("有效期止"))
    first_used_at = models.DateTimeField(_("首次使用"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("签章证书")
        ordering = ["organ_id", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="seal_certificate_ends_after_it_starts", condition=Q(valid_until__gt=F("valid_from"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.fingerprint[:16]}"

    @classmethod
    def entered(cls, organ: Organization, certificate: Certificate) -> SealCertificate:
        """The record of a certificate, made when it is first seen."""
        first, last = certificates.term_of(certificate)
        found, _made = cls.objects.get_or_create(
            fingerprint=certificates.fingerprint(certificate),
            defaults={
                "organ": organ,
                "certificate": certificates.armored(certificate),
                "valid_from": first,
                "valid_until": last,
            },
        )
        return found
