from django.apps import AppConfig


class AccreditationConfig(AppConfig):
    name = "accreditation"
    verbose_name = "认定"

    def ready(self) -> None:
        # The register's models exist only now.
        from accreditation import papers, standing, supervision, support, title_checking
        from workflow import authority, sweep

        standing.register()
        sweep.DAILY |= {"leads": supervision.open_leads, "lists": support.deliver_lists}
        authority.PAPERS.extend(
            [papers.written_about, title_checking.written_about, supervision.written_about]
        )
