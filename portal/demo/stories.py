"""What happens to whom, in working days before today: a state reached on a day brings the way there with it.

Day 0 is the last working day before today, day 4 the fourth before that. `consulted(7)` reads: peers were asked
seven working days ago, and everything before that happened in its usual time. What is not said, the calendar does:
deadlines lapse in the nights between.
"""

from __future__ import annotations

from dataclasses import dataclass

Acts = tuple[tuple[str, int], ...]  # an act, maybe with an argument after a colon, and its day


@dataclass(frozen=True)
class Story:
    """One application of one enterprise. `base` names the day that counts as day 0; empty is the last working day."""

    firm: str
    acts: Acts
    base: str = ""
    table: str = "good"
    audit: str = "whole"


def on(day: int, *acts: str) -> Acts:
    return tuple((act, day) for act in acts)


# --- The true path, each state with the way there -----------------------------------------------------------
def filed(day: int) -> Acts:
    return on(day + 5, "begin") + on(day + 2, "fill") + on(day, "sign", "submit")


def accepted(day: int) -> Acts:
    return filed(day + 3) + on(day, "claim", "check", "accept")


def consulted(day: int) -> Acts:
    return accepted(day + 4) + on(day + 1, "judge") + on(day, "consult")


def concluded(day: int) -> Acts:
    return consulted(day + 5) + on(day + 2, "answer:peer") + on(day, "close_consultation")


def recommended(day: int) -> Acts:
    return concluded(day + 2) + on(day + 1, "count_paper", "propose:recommend") + on(day, "recommend")


def jointly_asked(day: int) -> Acts:
    return recommended(day + 2) + on(day, "claim", "consult_joint")


def evaluated(day: int) -> Acts:
    return (
        jointly_asked(day + 7)
        + on(day + 2, "answer:joint")
        + on(day + 1, "close_joint")
        + on(day, "evaluate")
    )


def publicised(day: int) -> Acts:
    return evaluated(day + 2) + on(day + 1, "propose:publicise") + on(day, "publicise")


def accredited(day: int) -> Acts:
    return publicised(day + 9) + _decided(day)


def _decided(day: int) -> Acts:
    return on(day + 1, "query_again", "propose:accredit") + on(day, "accredit")


def city_refused(day: int) -> Acts:
    return (
        concluded(day + 2) + on(day + 1, "propose:refuse_recommendation") + on(day, "refuse_recommendation")
    )


def objected(day: int, posted: int) -> Acts:
    """Somebody objected to a posting, and the office heard the enterprise."""
    return publicised(posted) + on(day, "object") + on(day - 1, "admit") + on(day - 3, "hear")


STORIES = (
    # Drafts: a few materials, rows to mend, waiting for a signature, ready to be filed
    Story("ty02", filed(30) + on(27, "claim", "check:defects", "request_correction"), audit="short"),
    Story("ty02", on(3, "begin") + on(2, "fill:some")),
    Story("ty03", on(6, "begin") + on(2, "fill"), table="bad_clients"),
    Story("dt01", on(5, "begin") + on(1, "fill"), table="bad_trade"),
    Story("ty04", consulted(25) + on(23, "withdraw")),
    Story("ty04", on(6, "begin") + on(1, "fill") + on(0, "ask_signature")),
    Story("zg01", on(7, "begin") + on(2, "fill") + on(0, "sign")),
    # Filed: due today, taken, half looked through, just in
    Story("ty05", filed(4)),
    Story("ty06", filed(2) + on(1, "claim")),
    Story("dt02", filed(1)),
    Story("zg02", filed(3) + on(1, "claim", "check:half")),
    Story("ty07", filed(0)),
    # Corrections: one half answered, one asked for in the review, one resubmitted, one that lapsed
    Story("ty08", filed(12) + on(9, "claim", "check:defects", "request_correction") + on(6, "read") + on(2, "answer_defect"),
          audit="short"),
    Story("dt03", accepted(14) + on(8, "check:defects", "request_correction"), audit="short"),
    Story("zg03", filed(15) + on(12, "claim", "check:defects", "request_correction") + on(10, "read")
          + on(6, "correct", "sign:resubmit", "resubmit") + on(4, "check", "accept"), audit="short"),
    Story("dt15", accepted(30) + on(27, "check:defects", "request_correction"), audit="short"),
    Story("dt04", filed(8) + on(6, "propose:reject_acceptance") + on(5, "reject_acceptance")),
    # City review: in hand, long overdue, accepted by silence, ready to consult, under inquiry, sent back
    Story("ty09", accepted(3)),
    Story("ty10", accepted(19) + on(10, "judge:half")),
    Story("ty11", filed(8)),
    Story("ty12", accepted(8) + on(2, "judge", "note")),
    Story("dt05", accepted(6) + on(4, "judge") + on(2, "open_inquiry")),
    Story("zg08", recommended(12) + on(9, "claim", "send_back")),
    # Peers: two answers and silence, one answer, all in
    Story("ty13", consulted(7) + on(5, "answer:税务=agree") + on(3, "answer:市场监管=agree_with_conditions")),
    Story("dt06", consulted(2) + on(0, "answer:海关=agree")),
    Story("zg04", consulted(5) + on(1, "answer:peer")),
    # Recommendation: prepared for the approver, not yet prepared, refusal prepared; refused and final, refused
    Story("ty14", concluded(2) + on(1, "count_paper", "propose:recommend")),
    Story("dt07", concluded(1)),
    Story("ty15", concluded(3) + on(1, "propose:refuse_recommendation"), table="short"),
    Story("ty16", city_refused(6), table="short"),
    Story("ty28", city_refused(25), table="short"),
    Story("dt08", city_refused(14) + on(10, "ask_review"), table="short"),
    # Joint evaluation: one against and two still asked, publicity prepared, overdue
    Story("zg05", jointly_asked(6) + on(3, "answer:税务=object")),
    Story("dt09", evaluated(2) + on(0, "propose:publicise")),
    Story("ty19", recommended(22)),
    # Publicity and objections
    Story("ty20", publicised(3)),
    Story("zg06", publicised(2) + on(1, "object:anonymous")),
    Story("ty21", publicised(4) + on(1, "object")),
    Story("dt10", objected(5, posted=6)),
    # Hearing, decision
    Story("zg07", recommended(8) + on(5, "claim", "query_again:hit") + on(4, "serve_prior_notice")),
    Story("ty22", publicised(9) + on(1, "query_again") + on(0, "propose:accredit")),
    Story("dt11", publicised(8) + on(6, "object") + on(5, "retract") + on(4, "close_objections")),
    # Titles: plaque due, plaque overdue, handed over, told of a revocation, revoked
    Story("ty24", accredited(15)),
    Story("dt12", accredited(26)),
    Story("wh01", accredited(60) + on(50, "hand_over_plaque")),
    Story("zg09", objected(107, posted=110) + on(109, "object") + on(108, "propose_on_objection:reject", "reject_objection")
          + on(102, "dismiss") + on(101, "close_objections") + _decided(97) + on(80, "hand_over_plaque")
          + on(4, "report_lead:condition_three_breach") + on(3, "open_case") + on(1, "tell_holder")),
    Story("dt13", objected(48, posted=50) + on(44, "sustain:posted_content") + on(43, "propose:republicise")
          + on(42, "republicise") + _decided(33) + on(20, "hand_over_plaque")
          + on(16, "report_lead:administrative_penalty") + on(15, "open_case") + on(13, "tell_holder") + on(10, "state_on_title")
          + on(6, "propose_on_title:decide_revoke") + on(5, "revoke")),
    # Of the former measures: its review to be filed, not kept for nothing was filed, over
    Story("ty29", accredited(0) + on(-12, "hand_over_plaque"), base="in_review"),
    Story("dt14", accredited(0) + on(-12, "hand_over_plaque") + on(-696, "propose_on_title:fail") + on(-697, "fail_review"),
          base="expires_soon"),
    Story("ty26", accredited(0) + on(-9, "hand_over_plaque"), base="expired"),
    Story("ty26", filed(2)),
    # Refused after a hearing, after an objection; withdrawn while posted
    Story("ty27", recommended(40) + on(38, "claim", "query_again:hit") + on(37, "serve_prior_notice") + on(33, "state_case")
          + on(31, "propose:refuse") + on(30, "refuse")),
    Story("zg10", objected(43, posted=45) + on(38, "sustain:conditions") + on(36, "serve_prior_notice:objection")
          + on(26, "propose:refuse:objection") + on(25, "refuse:objection")),
    Story("dt16", publicised(20) + on(18, "object") + on(16, "withdraw")),
)  # fmt: skip
# An enterprise that has signed in and done nothing yet.
NEWCOMERS = ("ty01",)

# What scripts/demo shows: a correction, a silent department, an objection, and the title in the end.
WALK = (
    Story("ty05", filed(62) + on(60, "claim", "check:defects", "request_correction") + on(59, "read")
          + on(55, "correct", "sign:resubmit", "resubmit") + on(53, "check", "accept") + on(50, "judge") + on(49, "consult")
          + on(46, "answer:海关=agree", "answer:税务=agree", "answer:外汇管理=agree")
          + on(45, "answer:市场监管=agree_with_conditions")
          + on(42, "close_consultation") + on(40, "count_paper", "propose:recommend") + on(39, "recommend")
          + on(37, "consult_joint") + on(32, "answer:joint") + on(30, "close_joint") + on(29, "evaluate")
          + on(28, "propose:publicise") + on(27, "publicise") + on(25, "object") + on(24, "admit") + on(22, "hear")
          + on(20, "dismiss") + on(19, "close_objections") + on(17, "query_again", "propose:accredit") + on(16, "accredit")
          + on(6, "hand_over_plaque"), audit="short"),
)  # fmt: skip
