from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in, user_login_failed


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        from allauth.mfa.signals import authentication_failed  # models are not loaded before

        from accounts import sessions, signins

        user_logged_in.connect(
            lambda request, **kwargs: sessions.begin(request), weak=False, dispatch_uid="begin"
        )
        authentication_failed.connect(
            lambda request, user, **kwargs: signins.record_failure({"username": user.username}, request),
            weak=False,
            dispatch_uid="record wrong code",
        )
        user_login_failed.connect(signins.record_failure, dispatch_uid="record failure")
        apps.get_app_config("axes").verbose_name = "登录安全"
