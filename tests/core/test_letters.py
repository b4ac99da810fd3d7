"""What official paper cannot show is refused where it is typed, and the letter is named."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import EnterpriseProfile, Organization, Person, Region
from accounts.people import invite_handler
from accounts.roles import Kind
from core import letters
from documents.notices import render
from documents.notices.render import undrawable
from tests.factories import program
from workflow.errors import InvalidInput
from workflow.perform import perform
from workflow.preparing import propose

HIEROGLYPH, PRIVATE, HALF, BELL = "\U00013000", "\ue000", "\ud800", "\x07"
NAMED = {HIEROGLYPH: "“𓀀”（U+13000）", PRIVATE: "“”（U+E000）", HALF: "“”（U+D800）", BELL: "“”（U+0007）"}
DRAWN = ["阿依古丽·买买提", "䶮𬭼㛃", "①㎡〔2026〕", "Été Привет", "第一行\r\n第二行\t完", "a\u200bb"]


@pytest.mark.parametrize("letter", NAMED)
def test_a_letter_no_font_has_is_refused_by_name(letter):
    with pytest.raises(ValidationError) as refused:
        letters.check(f"经初审，{letter}符合条件。")

    assert NAMED[letter] in refused.value.messages[0]


@pytest.mark.parametrize("text", DRAWN)
def test_what_can_be_drawn_passes(text):
    letters.check(text)

    assert undrawable(text) == ""


def test_nothing_is_refused_while_nothing_can_be_drawn_at_all(settings, tmp_path):
    render._missing.cache_clear()
    usual, settings.FONT_CUTS_DIR = settings.FONT_CUTS_DIR, tmp_path / "file" / "fonts"
    (tmp_path / "file").write_text("in the way")

    during = undrawable(HIEROGLYPH)
    settings.FONT_CUTS_DIR = usual

    assert (during, undrawable(HIEROGLYPH)) == ("", HIEROGLYPH)


class TestWhatIsSaidInAStep:
    OPINION = f"经初审，该企业{HIEROGLYPH}符合认定条件，建议予以认定，现推荐上报。"

    def test_taking_it(self, world):
        application = world.walk_to("recommendation")

        with pytest.raises(InvalidInput) as refused:
            perform(application, "recommend", actor=world.approver, opinion=self.OPINION, answers="")

        assert list(refused.value.errors) == ["opinion"]
        assert "𓀀" in refused.value.errors["opinion"][0]
        assert refused.value.form["opinion"].value() == self.OPINION

    def test_preparing_it(self, world):
        application = world.walk_to("recommendation")

        with pytest.raises(InvalidInput, match="𓀀"):
            propose(application, "recommend", actor=world.officer, opinion=self.OPINION, answers="")

    def test_in_a_list_of_defects(self, world):
        application = world.walk_to("initial_review")
        defects = [{"material": "audit_report", "problem": f"缺附注{HIEROGLYPH}。", "remedy": "补交附注。"}]

        with pytest.raises(InvalidInput, match="𓀀"):
            perform(application, "request_correction", actor=world.officer, defects=defects)


@pytest.mark.django_db
class TestNames:
    @pytest.mark.parametrize(
        "named",
        [
            Person(name=f"王{HIEROGLYPH}", key="k"),
            Organization(name=f"某{HIEROGLYPH}公司", kind=Kind.ENTERPRISE, uscc="9", region_id="140100"),
            EnterpriseProfile(legal_representative=f"王{HIEROGLYPH}", organization_id=1),
            EnterpriseProfile(office_address=f"并州北路{HIEROGLYPH}", organization_id=1),
        ],
        ids=["person", "organization", "representative", "address"],
    )
    def test_of_people_bodies_and_places(self, named):
        with pytest.raises(ValidationError, match="𓀀"):
            named.full_clean()

    def test_of_a_colleague_invited(self, world):
        with pytest.raises(ValidationError, match="𓀀") as refused:
            invite_handler(
                world.applicant, username="xin", name=f"王{HIEROGLYPH}", id_number="11010519491231002X"
            )

        assert list(refused.value.message_dict) == ["name"]
        assert not Person.objects.filter(name__contains=HIEROGLYPH).exists()


def test_names_of_the_regulations_can_be_drawn(db):
    for name in [program().name, *Region.objects.values_list("name", flat=True)]:
        letters.check(name)
