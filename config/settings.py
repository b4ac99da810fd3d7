"""Settings: one file, read from the environment, that starts from a clean clone with nothing set.

Three kinds of figures live in three places: what a regulation says in `regulations/*.yaml`, what the
texts leave open in the database (`core.defaults`), and what a machine needs in the environment, here.
"""

import os
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMO = env.bool("DEMO", False)
DEBUG = False
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
PRODUCTION = env.bool("PRODUCTION", False)

_LOCAL_SECRET = "local-only-secret-never-used-in-production-0123456789abcdef"  # noqa: S105 — refused in production
SECRET_KEY = env.str("SECRET_KEY", _LOCAL_SECRET)
# Keys used before: what they signed or encrypted (sessions, second factors) stays good.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# The origin printed in QR codes and messages: configured, never taken from a request.
PUBLIC_ORIGIN = env.str("PUBLIC_ORIGIN", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN] if PUBLIC_ORIGIN.startswith("https://") else []

if PRODUCTION and (SECRET_KEY == _LOCAL_SECRET or len(SECRET_KEY) < 50 or "*" in ALLOWED_HOSTS or DEMO):
    raise ImproperlyConfigured("Production needs a SECRET_KEY of 50 characters, named hosts and no DEMO.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "accounts.admin_site.PortalAdminConfig",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "rest_framework",
    "core",
    "accounts",
    "workflow",
    "documents",
    "publicity",
    "accreditation",
    "centers",
    "portal",
]

MIDDLEWARE = [
    "portal.correlation.CorrelationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.ContentPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.ZeroByteMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ActorMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "portal.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# --- Database: SQLite embedded, PostgreSQL by DATABASE_URL; the same code runs on both -------------------
VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # On disk in the tests as well: a database in memory locks its tables where the real one waits.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
    # IMMEDIATE takes the write lock at BEGIN, so two writers queue instead of failing half-way;
    # FULL keeps a receipt already shown through a power cut, which NORMAL in WAL mode does not;
    # recursive triggers let REPLACE meet the triggers of the row it deletes: the ledger's refuse.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        "-c statement_timeout=10000 -c lock_timeout=5000 -c timezone=UTC"
    )
# Opening a connection costs as much as the queries of a page, on either database.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        # Beyond it keys are thrown out at random, and with them what somebody has already spent.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SESSION_ENGINE = "accounts.session_store"

# --- Celery: Redis in production, kombu's filesystem transport embedded; the outbox is the truth ---------
# redis-py and kombu spell a Unix socket differently.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) or "filesystem://"
_QUEUE = VAR_DIR / "queue"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 180, "unacked_restore_interval": 10, "unacked_restore_throttle": 1}
    if REDIS_URL
    else {
        "data_folder_in": str(_QUEUE / "messages"),
        "data_folder_out": str(_QUEUE / "messages"),
        "control_folder": str(_QUEUE / "control"),
    }
)
if not REDIS_URL:
    for _folder in ("messages", "control"):
        (_QUEUE / _folder).mkdir(parents=True, exist_ok=True)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "deliver-outbox": {"task": "workflow.tasks.deliver_outbox", "schedule": 10.0},
    "sweep-deadlines": {"task": "workflow.tasks.sweep_deadlines", "schedule": 60.0},
    "sequence-ledger": {"task": "workflow.tasks.sequence_ledger", "schedule": 3.0},
    "tell-people": {"task": "workflow.tasks.tell_people", "schedule": 10.0},
    "remind-people": {"task": "workflow.tasks.remind_people", "schedule": 600.0},
    "scan-waiting-attachments": {"task": "documents.tasks.scan_waiting_attachments", "schedule": 60.0},
    "remove-orphaned-files": {"task": "documents.tasks.remove_orphaned_files", "schedule": 3600.0},
}

# --- Language, time -------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Files ------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "files"
# Every page names a file by its hash; the plain copies would double the work of compressing.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "documents.attachments.store.DurableFileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env.str("S3_BUCKET", ""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET"),
            "endpoint_url": env.str("S3_ENDPOINT", None),
            "access_key": env.str("S3_ACCESS_KEY", None),
            "secret_key": env.str("S3_SECRET_KEY", None),
            "default_acl": None,
            "file_overwrite": False,
        },
    }
# Messages to people go out by these; e-mail to the server of EMAIL_URL, without one to the log.
MESSAGE_CHANNELS = {
    "email": env.str("MESSAGE_EMAIL", "workflow.messages.channels.Email"),
    "sms": env.str("MESSAGE_SMS", "workflow.messages.channels.Log"),
}
vars().update(env.email("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "noreply@localhost")

# Who keeps the keys with which organs seal their papers, and where (documents.sealing).
SEAL_PROVIDER = env.str("SEAL_PROVIDER", "documents.sealing.pkcs12.Pkcs12")
SEALING_KEYS_DIR = Path(env.str("SEALING_KEYS_DIR", str(VAR_DIR / "keys")))
SEALING_PASSWORD = env.str("SEALING_PASSWORD", "")
SEALING_TOKEN_MODULE = env.str("SEALING_TOKEN_MODULE", "")
SEALING_TOKEN = env.str("SEALING_TOKEN", "")
SEALING_TIMESTAMP_URL = env.str("SEALING_TIMESTAMP_URL", "")

# The portal's own key signs the checkpoints of the ledger; they are given away in a file outside the database.
LEDGER_KEY = Path(env.str("LEDGER_KEY", str(SEALING_KEYS_DIR / "ledger.pem")))
LEDGER_CHECKPOINTS = Path(env.str("LEDGER_CHECKPOINTS", str(VAR_DIR / "ledger" / "checkpoints.txt")))

OFFICIAL_FONT_DIR = env.str("OFFICIAL_FONT_DIR", "")
FONT_CUTS_DIR = Path(env.str("FONT_CUTS_DIR", str(VAR_DIR / "fonts")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# What no slot could take is counted but not written to disk.
FILE_UPLOAD_HANDLERS = ["documents.attachments.receiving.CappedUploadHandler"]
# A virus scanner (clamd), "host:port" or the path of its socket; without one the structural checks stand alone.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", "")

# --- People -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.AppointmentBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.PasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/home/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
}
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
}
ACCOUNT_SESSION_REMEMBER = False
# Beside axes, which locks one account on one address. An office shares an address; nobody can lock an
# officer out for longer than the quarter of an hour.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/5m/ip,20/15m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "accounts.mfa.MFAAdapter"
MFA_TOTP_TOLERANCE = 1  # a phone half a minute off still gets in
MFA_TOTP_ISSUER = "外贸综合服务认定管理平台"
# Officials must hold a second factor; the demo offers it without forcing it.
MFA_REQUIRED_FOR_OFFICIALS = env.bool("MFA_REQUIRED_FOR_OFFICIALS", not DEMO)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"
AXES_ENABLE_ADMIN = False  # accounts.admin shows the log in Chinese
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.client_address"
# How many proxies stand before the portal and say in X-Forwarded-For whom they speak for.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)
# One human has one person record, found by a keyed hash of the ID number; the number itself is not kept.
# It outlives SECRET_KEY, which may be changed: another key would make every person a new one.
PERSON_HASH_KEY = env.str("PERSON_HASH_KEY", "") or SECRET_KEY
if PRODUCTION and PERSON_HASH_KEY == SECRET_KEY:
    raise ImproperlyConfigured("Production needs a PERSON_HASH_KEY of its own.")

SESSION_COOKIE_AGE = 12 * 3600
IDLE_SECONDS = 60 * 60
IDLE_SECONDS_OFFICIAL = 30 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope",
        "magnetometer", "microphone", "midi", "payment", "usb",
    )
}  # fmt: skip

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(correlation)s %(name)s %(message)s"}},
    "filters": {"correlation": {"()": "portal.correlation.CorrelationFilter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["correlation"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}
