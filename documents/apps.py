from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("文书与附件")

    def ready(self) -> None:
        # The models these modules read exist only now.
        from core import letters
        from documents.notices import checks, drawing, issuing, render  # noqa: F401  checks and drawing register themselves
        from documents.sealing import checks as sealing_checks  # noqa: F401
        from workflow.notices import register_issuer

        register_issuer(issuing.issue)
        letters.register(render.undrawable)
