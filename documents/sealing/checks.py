"""What must not be in the house when papers are sealed in earnest."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from documents.sealing import authority


@register
def no_demo_authority_in_production(**kwargs: Any) -> list[CheckMessage]:
    """Its key makes keys for any organ, and lies beside them."""
    folder = Path(settings.SEALING_KEYS_DIR)
    if not settings.PRODUCTION or not authority.is_in(folder):
        return []
    return [
        Error(
            f"The demo authority lies in {folder}.",
            hint="Remove it with the keys it made, and put the organs' own keys there.",
            id="documents.E001",
        )
    ]
