from tests.accounts.logins import administrators, handler, login, officer, plain_static, platform

__all__ = ["administrators", "handler", "login", "officer", "plain_static", "platform"]
