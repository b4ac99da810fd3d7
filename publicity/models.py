"""Django's table of contents of this app."""

from publicity.procedures.objection import Objection
from publicity.procedures.publicity import Publicity, PublicityVersion

__all__ = ["Objection", "Publicity", "PublicityVersion"]
