"""How a state looks: a tone and an icon for every state code of regulations/workflows.yaml.

The words come from the procedures themselves; here is only the look, so that a code used by several
procedures looks the same everywhere. Solid tones (…x) are kept for a final legal effect.
"""

LOOKS = {
    # tone: {icon: codes}
    "grey": {
        "pencil": "draft preparing",
        "logout": "withdrawn retracted left dropped surrendered removed deregistered",
        "clock-off": "expired lapsed ended completed not_renewed unrated struck_off ungraded",
        "circle-minus": "closed terminated moot void written_off",
        "archive": "lead",
        "circle-x": "rejected declined lost invalid not_certified",
    },
    "blue": {
        "inbox": "submitted received requested asked nominated invited",
        "user-search": "initial_review city_check prefecture_check prefecture_review investigating inquiry",
        "users-group": "provincial_evaluation provincial_check province_review evaluating assessment decided",
        "send": "recommendation forwarded filing announced collecting published tendering opened",
        "clipboard-check": "scoring graded feedback registered reported coaching applied answered",
        "star": "rated settled",
        "pencil": "signing in_progress open proposed adjusting partly",
    },
    "amber": {
        "arrow-back-up": "correction misrouted",
        "alert-triangle": "objection_inquiry hearing challenge appeal appeal_window removal_review misused",
        "message-report": "prior_notice city_refused",
        "hourglass": "pending expiring vacant winding_down to_confirm suspended revocation_pending",
        "rubber-stamp": "decision deciding",
    },
    "violet": {
        "messages": "peer_consultation concurred",
        "lock": "sealed",
    },
    "teal": {"refresh": "under_review"},
    "green": {
        "circle-check": "active valid effective operating available verified confirmed delivered paid",
        "check": "passed approved chosen contracted awarded filed final granted returned renewed dismissed",
    },
    "seal": {
        "speakerphone": "publicity posted award_publicity",
        "alert-circle": "overdue ordered enforcement sustained",
    },
    "greenx": {"rosette-discount-check": "accredited certified won"},
    "inkx": {"circle-x": "refused not_accepted failed review_failed"},
    "sealx": {"ban": "revoked cancelled annulled"},
}
LOOK_OF = {
    code: (tone, icon)
    for tone, icons in LOOKS.items()
    for icon, codes in icons.items()
    for code in codes.split()
}
UNKNOWN = ("grey", "point")
DUE_ICONS = {"paused": "player-pause", "today": "alarm", "over": "alert-circle"}
# Icons that long tables name by a class alone.
WORN = {icon for _, icon in LOOK_OF.values()} | {UNKNOWN[1], *DUE_ICONS.values()}


def look(state: str) -> tuple[str, str]:
    """(tone, icon) of a state code; an unlisted code is grey, and a test keeps that from happening."""
    return LOOK_OF.get(str(state), UNKNOWN)
