"""What changes somebody's rights takes two people: a security administrator asks, another administrator confirms.

Nothing asked has any effect before it is confirmed; then it is done at once, by the rules of that moment. To stop
a login needs nobody else (`User.is_active`): taking away may be quick, giving and giving back may not.
"""

from __future__ import annotations

from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.administration import SECURITY, SYSTEM
from accounts.hand_over import link_of
from accounts.models import Membership, Organization, User
from accounts.people import appoint
from accounts.rights import LASTS, RightsRequest
from core import clock

CONFIRMERS = (SYSTEM, SECURITY)


def ask(act: RightsRequest.Act, user: User, *, by: User, **terms: Any) -> RightsRequest:
    """Ask for an act on somebody's login. Raises `ValidationError` with the reason in words."""
    if by.administers_as != SECURITY or by.person is None:
        raise ValidationError(_("权限申请由安全管理员提出。"))
    if user.person_id == by.person_id:
        raise ValidationError(_("不能对自己的账号办理，请由另一位安全管理员办理。"))
    late = RightsRequest.objects.over().filter(outcome=RightsRequest.Outcome.PENDING)
    late.update(outcome=RightsRequest.Outcome.EXPIRED)  # what is over stands in nobody's way
    request = RightsRequest(
        act=act,
        user=user,
        person=user.person,
        requested_by=by,
        requester=by.person,
        requested_at=clock.now(),
        **terms,
    )
    request.validate_constraints()
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        request.validate_constraints()  # of two clicks at once the second finds the first here
        raise
    return request


def awaiting(by: User) -> QuerySet[RightsRequest]:
    """What this administrator may confirm."""
    if by.administers_as not in CONFIRMERS:
        return RightsRequest.objects.none()
    return RightsRequest.objects.awaited().exclude(
        Q(requester=by.person_id) | Q(person__isnull=False, person=by.person_id)
    )


@transaction.atomic
def confirm(request: RightsRequest, *, by: User) -> str:
    """Do what was asked. Returns the link to hand over, where one was asked for. Raises `ValidationError`."""
    _check_second(request, by)
    if request.is_over:
        raise ValidationError(
            _("这项申请提出已满 %(days)s 天，没有办理，请重新申请。") % {"days": LASTS.days}
        )
    asker = User.objects.get(pk=request.requested_by_id)
    if not asker.is_active or asker.administers_as != SECURITY:
        raise ValidationError(_("申请人已不是安全管理员，这项申请不再有效，请选“不同意”。"))
    request.user = _same_human(request)
    _settle(request, RightsRequest.Outcome.CONFIRMED, by)
    return _ACTS[RightsRequest.Act(request.act)](request) or ""


def _same_human(request: RightsRequest) -> User:
    """The login, kept as it is until the act is done: still of the human whom the request was read for."""
    user = User.objects.select_for_update().get(pk=request.user_id)
    if user.person_id != request.person_id:
        raise ValidationError(_("账号对应的人员已变，请重新申请。"))
    return user


def refuse(request: RightsRequest, *, by: User) -> None:
    """Say no, which ends the request; it can be made again."""
    _check_second(request, by)
    _settle(request, RightsRequest.Outcome.REFUSED, by)


def _check_second(request: RightsRequest, by: User) -> None:
    """The second of the two: not who asked, whatever login they use, and not whose rights they are."""
    if by.administers_as not in CONFIRMERS:
        raise ValidationError(_("权限申请由系统管理员或另一位安全管理员确认。"))
    if by.person_id == request.requester_id:
        raise ValidationError(_("申请人不能确认自己的申请，请由系统管理员或另一位安全管理员确认。"))
    if by.person_id == request.person_id:
        raise ValidationError(_("这项申请涉及您本人，请由另一位管理员确认。"))


def withdraw(request: RightsRequest, *, by: User) -> None:
    if by.person_id != request.requester_id:
        raise ValidationError(_("只有申请人能撤回申请。"))
    _settle(request, RightsRequest.Outcome.WITHDRAWN, by)


def _settle(request: RightsRequest, outcome: RightsRequest.Outcome, by: User) -> None:
    """By compare-and-swap: of two who press at once, one has settled it."""
    changed = {"outcome": outcome, "decided_by": by, "decider": by.person, "decided_at": clock.now()}
    pending = RightsRequest.objects.filter(pk=request.pk, outcome=RightsRequest.Outcome.PENDING)
    if not pending.update(**changed):
        raise ValidationError(_("这项申请已经办结，没有重复办理。"))


# --- what a confirmed act does ------------------------------------------------------------------------------
def _appoint(request: RightsRequest) -> None:
    # The database has no such request without its place; what the body is competent for stays as it is meanwhile.
    place = Organization.objects.select_for_update().get(pk=cast("int", request.organization_id))
    appoint(
        request.user,
        place,
        request.role,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        office=request.office,
        appointment=request.appointment,
    )


def _standing(request: RightsRequest) -> Membership:
    membership = Membership.objects.select_for_update().get(pk=request.membership_id or 0)
    if membership.revoked_at is not None:
        raise ValidationError(_("这项任职已经解除，没有办理。"))
    return membership


def _amend(request: RightsRequest) -> None:
    membership = _standing(request)
    membership.ends_on = request.ends_on
    membership.appointment, membership.office = request.appointment, request.office
    membership.full_clean()
    membership.save()


def _revoke(request: RightsRequest) -> None:
    _standing(request).revoke()


def _enable(request: RightsRequest) -> None:
    User.objects.filter(pk=request.user_id).update(is_active=True)


def _link(request: RightsRequest) -> str:
    return link_of(request)


def _reset(request: RightsRequest) -> None:
    Authenticator.objects.filter(user=request.user).delete()
    sessions.end_all(request.user)


_ACTS = {
    RightsRequest.Act.APPOINT: _appoint,
    RightsRequest.Act.AMEND: _amend,
    RightsRequest.Act.REVOKE: _revoke,
    RightsRequest.Act.ENABLE: _enable,
    RightsRequest.Act.LINK: _link,
    RightsRequest.Act.RESET: _reset,
}
