"""What the database itself refuses about appointments, whoever writes to it and by whatever means.

That three administrators are three persons (三员分立) is a statement about all rows of a person, so it is a trigger
(`core.triggers`); a migration that alters `Membership` or `User` ends with `install` again. Each rule locks the person
first: two appointments of one person wait for, then see, each other.
"""

from __future__ import annotations

from core.triggers import Rule, installer, remover

NEW_PERSON, OLD_PERSON = (
    "accounts_person WHERE id = NEW.person_id",
    "accounts_person WHERE id = OLD.person_id",
)
RULES = (
    Rule(
        "membership_is_of_the_person_of_its_login",
        "accounts_membership",
        ("INSERT", "UPDATE"),
        "NEW.person_id IS DISTINCT FROM (SELECT person_id FROM accounts_user WHERE id = NEW.user_id)",
        NEW_PERSON,
    ),
    Rule(
        "administrator_holds_no_other_role",
        "accounts_membership",
        ("INSERT", "UPDATE"),
        """EXISTS (
            SELECT 1 FROM accounts_membership AS other
            WHERE other.person_id = NEW.person_id AND other.id IS DISTINCT FROM NEW.id
              AND (other.administers OR NEW.administers)
              AND other.revoked_at IS NULL AND NEW.revoked_at IS NULL
              AND other.starts_on <= COALESCE(NEW.ends_on, '9999-12-31')
              AND NEW.starts_on <= COALESCE(other.ends_on, '9999-12-31')
        )""",
        NEW_PERSON,
    ),
    Rule(
        "appointed_login_keeps_its_person",
        "accounts_user",
        ("UPDATE OF person_id",),
        """EXISTS (
            SELECT 1 FROM accounts_membership
            WHERE user_id = NEW.id AND person_id IS DISTINCT FROM NEW.person_id
        )""",
        OLD_PERSON,
    ),
)

install, remove = installer(RULES), remover(RULES)
