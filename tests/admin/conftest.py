from tests.accounts.logins import administrators, handler, login, officer, platform

__all__ = ["administrators", "handler", "login", "officer", "platform"]
