from django.apps import AppConfig


class AccreditationConfig(AppConfig):
    name = "accreditation"
    verbose_name = "认定"

    def ready(self) -> None:
        # The register's models exist only now.
        from accreditation import papers, standing
        from workflow import authority

        standing.register()
        authority.PAPERS.append(papers.written_about)
