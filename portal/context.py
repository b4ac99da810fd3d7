"""What every shell shows: who the reader is, where they can go, whether the clock or the data are a drill.

Everything is computed when a template asks for it: a fragment for htmx asks for nothing.
"""

from django.conf import settings
from django.utils.functional import cached_property

from accounts.actors import VISITOR
from accounts.roles import Role
from core import clock
from core.prepared import Prepared
from documents.models import Notice
from portal import navigation
from workflow.messages.models import Message

BIG_TEXT_COOKIE = "big_text"
MANY = 99
UNREAD = Prepared(
    lambda user: Message.objects.unread_by(user).order_by("-id").values_list("pk")[: MANY + 1], int
)


class Shell:
    province = "山西省"
    host = "山西省商务厅"

    def __init__(self, request):
        self.request = request

    @property
    def actor(self):
        """A request refused before anyone was asked who it is has no actor, yet its error page has a shell."""
        return getattr(self.request, "actor", VISITOR)

    @property
    def layout(self) -> str:
        """The shell of pages that everybody has, such as the account: `{% extends shell.layout %}`."""
        if self.actor.is_enterprise:
            return "shells/enterprise.html"
        return (
            "shells/staff.html"
            if self.actor.is_official or self.actor.is_administrator
            else "shells/public.html"
        )

    @property
    def demo(self) -> bool:
        return settings.DEMO

    @property
    def now(self):
        return clock.now()

    @cached_property
    def drill(self):
        """The day the drill clock shows, while it is moved; None otherwise."""
        return clock.today() if clock.drill_offset() else None

    @property
    def big_text(self) -> bool:
        return self.request.COOKIES.get(BIG_TEXT_COOKIE) == "1"

    @property
    def initial(self) -> str:
        user = self.actor.user
        return user.display_name[:1] if user else ""

    @cached_property
    def identity_line(self) -> str:
        """Second line of the identity: role and name for an enterprise, office and role for staff."""
        role = str(self.actor.role.label)
        if self.actor.is_enterprise and self.actor.user:
            return f"{role} {self.actor.user.display_name}"
        office = next((held["office"] for held in self.memberships if held["current"]), "")
        return f"{office} · {role}" if office else role

    @cached_property
    def memberships(self) -> list[dict]:
        """The appointments the reader may act under; switching between them is explicit."""
        mine = (self.actor.organization_id, self.actor.role)  # asking for the actor reads the appointments
        return [
            {
                "pk": held.pk,
                "organization": held.organization.label,
                "role": held.get_role_display(),
                "office": held.office,
                "current": (held.organization_id, held.role) == mine,
            }
            for held in getattr(self.request, "memberships", ())
        ]

    @cached_property
    def counts(self) -> dict[str, int | str]:
        """Numbers beside links, by address: to an enterprise its unread notices, to an office what a page has
        counted anyway."""
        if not self.actor.is_enterprise:
            return getattr(self.request, "counts", {})
        unread = Notice.objects.filter(addressee_id=self.actor.organization_id, read_at=None)
        return {"/my/inbox/": unread.count()}

    @cached_property
    def reminders(self) -> int | str:
        """Messages nobody has read, at the bell; more than a hundred are just many."""
        user = self.actor.user
        unread = len(UNREAD(user.pk)) if user else 0
        return "99+" if unread > MANY else unread

    @cached_property
    def public_nav(self):
        return navigation.marked(navigation.PUBLIC, self.request.path, {})

    @cached_property
    def enterprise_nav(self):
        links = navigation.OPERATOR if self.actor.role == Role.OPERATOR else navigation.ENTERPRISE
        return navigation.marked(links, self.request.path, self.counts)

    @cached_property
    def staff_nav(self):
        body = self.actor.organization
        province = body.region.province_code if body else ""
        return navigation.staff_groups(self.actor.role, self.request.path, self.counts, province=province)


def shell(request) -> dict[str, Shell]:
    return {"shell": Shell(request)}
