"""Pages for what went wrong, in words a person can act on."""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    """A form that is too old or came from elsewhere: say so, keep the person where they were."""
    return render(request, "portal/form_expired.html", status=403)
