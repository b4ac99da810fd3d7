from django.apps import AppConfig


class CentersConfig(AppConfig):
    name = "centers"
    verbose_name = "外贸综合服务中心"

    def ready(self) -> None:
        # The papers' models exist only now.
        from centers import inspection
        from workflow import authority

        authority.PAPERS.append(inspection.written_about)
