from tests.accounts.logins import administrators, handler, login, officer, platform, quick_hash

__all__ = ["administrators", "handler", "login", "officer", "platform", "quick_hash"]
