from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in, user_login_failed


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        from accounts import sessions, signins  # models are not loaded before

        user_logged_in.connect(
            lambda request, **kwargs: sessions.begin(request), weak=False, dispatch_uid="begin"
        )
        user_login_failed.connect(signins.record_failure, dispatch_uid="record failure")
        apps.get_app_config("axes").verbose_name = "登录安全"
