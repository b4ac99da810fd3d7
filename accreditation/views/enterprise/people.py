"""Who may act for the enterprise: its handlers and its legal representative."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Membership
from accounts.people import ENTERPRISE_STAFF, NotAllowed, end_membership, invite_handler
from accreditation.forms_people import InvitationForm
from accreditation.views.enterprise.common import actor_of, enterprise_page


def members_of(actor):
    rows = Membership.objects.in_force().filter(organization=actor.organization, role__in=ENTERPRISE_STAFF)
    return rows.select_related("user__person").order_by("role", "id")


@require_http_methods(["GET", "POST"])
@enterprise_page
def people(request: HttpRequest) -> HttpResponse:
    """The people of the enterprise; a POST invites a handler, who sets a password by the link shown once."""
    actor = actor_of(request)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    context = {"members": members_of(actor), "form": form, "me": actor.user}
    if request.method == "GET":
        return render(request, "accreditation/enterprise/people.html", context)
    if form.is_valid():
        try:
            membership, link = invite_handler(actor, **form.cleaned_data)
        except NotAllowed:
            raise Http404("没有这个页面。") from None
        except ValidationError as invalid:
            for name, reasons in invalid.message_dict.items():
                form.add_error(name if name in form.fields else None, reasons)
        else:
            context |= {
                "form": InvitationForm(),
                "invited": membership,
                "link": f"{settings.PUBLIC_ORIGIN}{link}",
                "members": members_of(actor),
            }
            return render(request, "accreditation/enterprise/people.html", context)
    return render(request, "accreditation/enterprise/people.html", context | {"failed": True}, status=422)


@require_POST
@enterprise_page
def end(request: HttpRequest, membership: int) -> HttpResponse:
    """Take a colleague's role away on the spot; what the colleague had taken stays with the enterprise."""
    actor = actor_of(request)
    found = members_of(actor).filter(pk=membership).first()
    if found is None:
        raise Http404("没有这个人员。")
    try:
        end_membership(actor, found)
    except NotAllowed:
        messages.error(request, _("法定代表人的授权只能由法定代表人解除，没有解除。"))
    except ValidationError as invalid:
        messages.error(request, "；".join(invalid.messages))
    else:
        messages.success(
            request,
            _("已解除%(name)s的授权，他即刻不能再办理本企业的事项。") % {"name": found.user.display_name},
        )
    return redirect("my:people")
