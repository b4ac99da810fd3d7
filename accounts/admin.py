"""People, bodies and roles. The system administrator keeps bodies and regions, the security administrator
logins and appointments, the audit administrator reads who did what; nobody does another's work.

What gives, changes or takes rights is only asked for here: `rights_admin` lists it for a second administrator."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

from accounts import rights_admin, sessions, signins_admin
from accounts.administration import AUDIT, SECURITY, SYSTEM, allow
from accounts.middleware import login_of
from accounts.models import Membership, Organization, Person, Region, User
from accounts.reading import ReadingAdmin, ReadingInline, column
from accounts.rights import RightsRequest
from core import uscc
from core.calendar import CalendarDay, CalendarYear
from core.defaults import Default
from core.json_input import JSONInput

__all__ = ["rights_admin", "signins_admin"]  # the admin finds pages in this module and what it imports
Act = RightsRequest.Act

for model in (Group, EmailAddress, Authenticator, UserSession):
    admin.site.unregister(model)

admin.site.site_title = admin.site.site_header = _("外贸综合服务认定管理平台 · 系统管理")
admin.site.index_title = _("管理事项")
admin.site.site_url = "/home/"
admin.site.empty_value_display = "—"

allow(CalendarYear, view=[AUDIT], add=[SYSTEM], change=[SYSTEM])
allow(CalendarDay, view=[AUDIT], add=[SYSTEM], change=[SYSTEM], delete=[SYSTEM])
allow(Default, view=[AUDIT], add=[SYSTEM])
allow(Region, view=[SECURITY, AUDIT], add=[SYSTEM], change=[SYSTEM])
allow(Organization, view=[SECURITY, AUDIT], add=[SYSTEM], change=[SYSTEM])
allow(Person, view=[AUDIT], add=[SECURITY], change=[SECURITY])
allow(User, view=[AUDIT], add=[SECURITY], change=[SECURITY])
allow(Membership, view=[AUDIT], add=[SECURITY], change=[SECURITY])
allow(LogEntry, view=[AUDIT])


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "kind", "parent"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["^code", "name"]
    autocomplete_fields = ["parent"]

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> list[str]:
        """The province of a zone is its parent's, and with it who is competent there."""
        return ["code", "parent"] if obj else []


class OrganizationForm(forms.ModelForm):
    class Meta:
        model = Organization
        fields = "__all__"  # noqa: DJ007  the admin names them
        widgets = {"aliases": forms.Textarea(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        """What a body is competent for cannot be changed by one person, so not at all once anything rests on it."""
        cleaned = super().clean() or {}
        changed = [name for name in Organization.COMPETENCE if name in self.changed_data]
        if self.instance.pk and changed:
            # Locked against an appointment that is being confirmed: it reads the body under the same lock.
            body = Organization.objects.select_for_update().get(pk=self.instance.pk)
            if body.is_referred_to():
                for name in changed:
                    self.add_error(
                        name, _("该机构已有任职、办件等记录，这一项不能再改。职责有变的，请另行登记机构。")
                    )
        return cleaned

    def clean_uscc(self) -> str | None:
        text = self.cleaned_data["uscc"]
        try:
            return uscc.check(text) if text else None
        except uscc.InvalidUSCC as error:
            raise ValidationError(str(error)) from error


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    form = OrganizationForm
    list_display = ["name", "kind", "region", "department_code", "uscc", "members"]
    list_filter = ["kind", "field", ("region", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["region"]
    list_per_page = 50
    search_fields = ["name", "short_name", "^uscc", "^department_code"]
    formfield_overrides = {models.JSONField: {"form_class": JSONInput}}
    autocomplete_fields = ["region"]
    fields = [
        "kind", "name", "short_name", "uscc", "region", "department_code", "field", "document_code", "aliases",
        "address", "phone",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        held = Count("memberships", filter=Q(memberships__in=Membership.objects.in_force()))
        return super().get_queryset(request).annotate(held=held)

    @admin.display(description=_("在任人数"), ordering="held")
    def members(self, organization: Any) -> int:
        return organization.held


class PersonForm(forms.ModelForm):
    """The ID number makes the key and is not kept; it cannot be read or changed afterwards."""

    id_number = forms.CharField(
        label=_("身份证号码"), help_text=_("只用于识别同一个人：存加密摘要，不存号码。"), max_length=18
    )

    class Meta:
        model = Person
        fields = ["name"]

    def clean_id_number(self) -> str:
        number = self.cleaned_data["id_number"].strip().upper()
        if not ric.is_valid(number):
            raise ValidationError(_("身份证号码不对，请对照证件核对 18 位号码。"))
        known = Person.objects.filter(key=Person.key_of(number)).first()
        if known:
            raise ValidationError(
                _("此人已登记，姓名为%(name)s。请直接用已有的人员。") % {"name": known.name}
            )
        return number

    def save(self, commit: bool = True) -> Person:
        if "id_number" in self.cleaned_data:
            self.instance.key = Person.key_of(self.cleaned_data["id_number"])
        return super().save(commit)


class PersonNameForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["name"]


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ["name", "logins"]
    search_fields = ["name"]
    ordering = ["-id"]

    def get_form(self, request: HttpRequest, obj: Person | None = None, **kwargs: Any) -> Any:
        return super().get_form(request, obj, form=PersonNameForm if obj else PersonForm, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Person | None = None) -> list[str]:
        return ["name"] if obj else ["name", "id_number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return super().get_queryset(request).prefetch_related("user_set")

    @admin.display(description=_("账号"))
    def logins(self, person: Person) -> str:
        return "、".join(user.username for user in person.user_set.all())


class MembershipInline(ReadingInline):
    model = Membership
    fk_name = "user"
    fields = ["organization", "role", "starts_on", "ends_on", "revoked_at", "appointment"]
    readonly_fields = fields
    verbose_name_plural = _("任职（在“任职”中办理）")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("organization", "user__person")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["username", "person", "phone", "is_active", "second_factor", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    list_select_related = ["person"]
    list_per_page = 50
    search_fields = ["username", "person__name", "^phone"]
    ordering = ["username"]
    autocomplete_fields = ["person"]
    fields = ["username", "person", "phone", "is_active"]
    inlines = [MembershipInline]
    actions = ["send_password_link", "reset_second_factor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        totp = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        return super().get_queryset(request).annotate(has_factor=Exists(totp))

    @admin.display(description=_("动态验证码"), boolean=True)
    def second_factor(self, user: Any) -> bool:
        return user.has_factor

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """An appointed login stays its person's; the database refuses it too. So does one that awaits something:
        who confirms it reads whose it is."""
        if obj is None:
            return []
        awaited = RightsRequest.objects.awaited().filter(user=obj)
        return ["username", "person"] if obj.memberships.exists() or awaited.exists() else []

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody changes their own login here."""
        if obj is not None and obj.person_id == login_of(request).person_id:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        coming_back = change and obj.is_active and "is_active" in form.changed_data
        if coming_back:
            obj.is_active = False
        super().save_model(request, obj, form, change)
        if coming_back:
            rights_admin.ask(request, Act.ENABLE, obj)
        elif change and not obj.is_active:
            sessions.end_all(obj)

    @admin.action(description=_("申请发设置密码的链接"), permissions=["change"])
    def send_password_link(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """The link is shown to who confirms it, its code to who asked; the person needs both (`hand_over`)."""
        for user in users:
            rights_admin.ask(request, Act.LINK, user)

    @admin.action(description=_("申请重置动态验证码（换手机）"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            rights_admin.ask(request, Act.RESET, user)


class InForceFilter(admin.SimpleListFilter):
    title = _("是否在任")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("在任")), ("no", _("不在任"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> QuerySet[Membership]:
        standing = Membership.objects.in_force().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=standing)
        return queryset.exclude(pk__in=standing) if self.value() == "no" else queryset


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """What was once appointed stays on record: afterwards only its last day and its papers can be corrected."""

    list_display = [
        column("person", _("姓名")),
        "user_name",
        "role",
        "organization",
        "starts_on",
        "ends_on",
        "standing",
    ]
    list_filter = [InForceFilter, "role", "organization__kind"]
    list_select_related = ["person", "user__person", "organization"]
    list_per_page = 50
    search_fields = ["person__name", "user__username", "organization__name", "appointment"]
    autocomplete_fields = ["user", "organization"]
    appointed = ["user", "organization", "role", "starts_on", "ends_on", "appointment", "office"]
    actions = ["revoke"]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        return ["user", "organization", "role", "starts_on", "revoked_at"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        return [*self.appointed, "revoked_at"] if obj else self.appointed

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """Nobody changes their own appointment, nor one that is over."""
        if obj is not None and (obj.person_id == login_of(request).person_id or obj.revoked_at is not None):
            return False
        return super().has_change_permission(request, obj)

    @admin.display(description=_("账号"), ordering="user__username")
    def user_name(self, membership: Membership) -> str:
        return membership.user.username

    @admin.display(description=_("在任"), boolean=True)
    def standing(self, membership: Membership) -> bool:
        return membership.is_in_force

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """What the form says is asked for; an appointment begins or changes when somebody else confirms it."""
        place = {"organization": obj.organization, "role": obj.role, "starts_on": obj.starts_on}
        paper = {"ends_on": obj.ends_on, "appointment": obj.appointment, "office": obj.office}
        if change:
            rights_admin.ask(request, Act.AMEND, obj.user, membership=obj, **place, **paper)
        else:
            rights_admin.ask(request, Act.APPOINT, obj.user, **place, **paper)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing was added yet; the request itself is on record."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing was changed yet; the request itself is on record."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:accounts_rightsrequest_changelist"))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.response_add(request, obj)

    @admin.action(description=_("申请解除任职"), permissions=["change"])
    def revoke(self, request: HttpRequest, memberships: QuerySet[Membership]) -> None:
        for membership in memberships.filter(revoked_at=None):
            rights_admin.ask(request, Act.REVOKE, membership.user, membership=membership)


@admin.register(LogEntry)
class LogEntryAdmin(ReadingAdmin):
    list_display = ["action_time", "user", "act", "content_type", "object_repr", "words"]
    list_filter = [("content_type", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user__person", "content_type"]
    search_fields = ["object_repr", "user__username", "user__person__name"]
    date_hierarchy = "action_time"
    fields = ["action_time", "user", "act", "content_type", "object_repr", "words"]
    readonly_fields = fields

    @admin.display(description=_("操作"))
    def act(self, entry: LogEntry) -> Any:
        return {ADDITION: _("新增"), CHANGE: _("修改")}.get(entry.action_flag, _("删除"))

    @admin.display(description=_("说明"))
    def words(self, entry: LogEntry) -> str:
        return entry.get_change_message()
