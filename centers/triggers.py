"""What the database itself refuses about contracts and cycles: two at once for a center, whoever writes (HB-39, HB-40).

A contract counts from its signature; one that was ended early counts through the day it ended, and one that ended
before its first day never counted.
"""

from __future__ import annotations

from core.triggers import Rule, installer, remover

CENTER = "centers_center WHERE case_ptr_id = NEW.service_center_id"
RULES = (
    Rule(
        "one_contract_at_a_time_per_center",
        "centers_contract",
        ("INSERT", "UPDATE"),
        """NEW.signed_on IS NOT NULL AND NEW.first_day <= COALESCE(NEW.ended_on, NEW.last_day) AND EXISTS (
            SELECT 1 FROM centers_contract AS other
            WHERE other.service_center_id = NEW.service_center_id
              AND other.case_ptr_id IS DISTINCT FROM NEW.case_ptr_id
              AND other.signed_on IS NOT NULL
              AND other.first_day <= COALESCE(NEW.ended_on, NEW.last_day)
              AND NEW.first_day <= COALESCE(other.ended_on, other.last_day)
              AND other.first_day <= COALESCE(other.ended_on, other.last_day)
        )""",
        CENTER,
    ),
    Rule(
        "one_procurement_cycle_at_a_time_per_center",
        "centers_procurementcycle",
        ("INSERT", "UPDATE"),
        """NEW.first_day <= COALESCE(NEW.ended_on, NEW.last_day) AND EXISTS (
            SELECT 1 FROM centers_procurementcycle AS other
            WHERE other.service_center_id = NEW.service_center_id AND other.id IS DISTINCT FROM NEW.id
              AND other.first_day <= COALESCE(NEW.ended_on, NEW.last_day)
              AND NEW.first_day <= COALESCE(other.ended_on, other.last_day)
              AND other.first_day <= COALESCE(other.ended_on, other.last_day)
        )""",
        CENTER,
    ),
)

install, remove = installer(RULES), remover(RULES)
