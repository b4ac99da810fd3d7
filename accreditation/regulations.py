"""Seeds the Shanxi program from its fact file, with one open-ended round (AMB-S11)."""

from __future__ import annotations

from accreditation.programs import Program, Round
from core.facts import facts


def load_regulations(stdout) -> None:
    known = facts("shanxi_provider")
    document = known["document"]
    program, created = Program.objects.get_or_create(
        code="sx-provider",
        defaults={
            "name": "省级外贸综合服务企业认定",
            "title_name": known["title"]["official_name"],
            "province_id": "140000",
            "document_number": document["number"],
            "facts_name": "shanxi_provider",
            "effective_on": document["effective_on"],
            "last_day": document["last_day_in_force"],
        },
    )
    if created:
        Round.objects.create(program=program, name="常年受理", opens_on=program.effective_on)
    stdout.write(f"programs: {Program.objects.count()}")
