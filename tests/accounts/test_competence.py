"""Who is competent in a region is one body, whatever writes to the database."""

from __future__ import annotations

import io
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts import confirmation
from accounts.models import Membership, Organization, Region, RightsRequest
from accounts.regulations import load_regulations
from accounts.roles import Role
from tests.accounts.logins import sign_in
from tests.factories import body

SECOND = {
    "province_department": ("140000", "", "one_competent_body_per_region"),
    "city_bureau": ("140100", "", "one_competent_body_per_region"),
    "prefecture_bureau": ("420500", "", "one_competent_body_per_region"),
    "department": ("140000", "海关", "one_department_per_field_and_region"),
}
WORDS = {
    "one_competent_body_per_region": "该地区已登记同类主管部门，一个地区只能有一个",
    "one_department_per_field_and_region": "该地区已登记负责这一职责领域的部门",
}


def second(kind):
    region, field, _rule = SECOND[kind]
    return {"kind": kind, "region_id": region, "field": field, "name": "第二个机构"}


@pytest.mark.parametrize("kind", SECOND)
def test_the_database_takes_no_second_competent_body(db, kind):
    rule = SECOND[kind][2]
    fields = "accounts_organization.kind" if "competent" in rule else "accounts_organization.field"

    with pytest.raises(IntegrityError, match=f"{rule}|{fields}"), transaction.atomic():
        Organization.objects.create(**second(kind))


@pytest.mark.parametrize("kind", SECOND)
def test_the_administrator_reads_why(client, administrators, kind):
    sign_in(client, administrators[Role.SYSTEM_ADMIN])
    form = second(kind) | {"aliases": "[]"}

    page = client.post("/admin/accounts/organization/add/", form | {"region": form["region_id"]})

    assert WORDS[SECOND[kind][2]] in page.content.decode()
    assert not Organization.objects.filter(name="第二个机构").exists()


def test_departments_without_a_field_may_be_several(db):
    for name in ("甲局", "乙局"):
        Organization.objects.create(kind="department", region_id="140200", name=name)

    assert Organization.objects.filter(name__in=["甲局", "乙局"], field="").count() == 2


def test_loading_the_regulations_again_adds_no_second_body_beside_a_renamed_one(db):
    Organization.objects.filter(department_code="SX-COMMERCE").update(department_code="SX-MOFCOM")
    before = Organization.objects.count()

    load_regulations(io.StringIO())

    assert Organization.objects.count() == before


class TestWhatABodyIsCompetentFor:
    """One person cannot change it, so nobody can once something rests on it (docs/decisions/0009)."""

    @pytest.fixture
    def change(self, client, administrators):
        sign_in(client, administrators[Role.SYSTEM_ADMIN])

        def post(organization, **typed):
            kept = {
                name: getattr(organization, name) for name in ("kind", "name", "field", "department_code")
            }
            form = kept | {"region": organization.region_id, "aliases": "[]"} | typed
            page = client.post(f"/admin/accounts/organization/{organization.pk}/change/", form)
            organization.refresh_from_db()
            return page.content.decode()

        return post

    @pytest.fixture
    def office(self, db):
        return Organization.objects.create(kind="department", region_id="140200", name="新设的局")

    OTHER = [{"kind": "county_bureau"}, {"region": "140300"}, {"field": "海关"}]

    @pytest.mark.parametrize("typed", OTHER)
    def test_stays_once_somebody_is_appointed_there(self, change, login, office, typed):
        login(office, Role.DEPARTMENT)

        page = change(office, name="改名的局", **typed)

        assert "这一项不能再改" in page
        assert (office.kind, office.region_id, office.field) == ("department", "140200", "")
        assert office.name == "新设的局"

    def test_stays_while_an_appointment_is_only_asked_for(self, change, administrators, login, office):
        terms = {"organization": office, "role": "DEPARTMENT", "starts_on": "2026-01-01"}
        security = administrators[Role.SECURITY_ADMIN]
        confirmation.ask(RightsRequest.Act.APPOINT, login(), by=security, **terms)

        assert "这一项不能再改" in change(office, kind="county_bureau")

    def test_stays_once_a_case_rests_on_it(self, change, world):
        world.walk_to("initial_review")
        Membership.objects.filter(organization=world.taiyuan).update(organization=world.datong)

        assert "这一项不能再改" in change(world.taiyuan, region="140300")

    @pytest.mark.parametrize("typed", OTHER)
    def test_is_put_right_before_that(self, change, office, typed):
        change(office, **typed)

        (name, value), *_ = typed.items()
        assert str(getattr(office, "region_id" if name == "region" else name)) == value

    def test_a_name_and_an_address_can_always_be_put_right(self, change, login, office):
        login(office, Role.DEPARTMENT)

        change(office, name="改名的局", address="迎泽大街 1 号")

        assert (office.name, office.address) == ("改名的局", "迎泽大街 1 号")


def test_the_province_of_a_zone_stays(client, administrators):
    sign_in(client, administrators[Role.SYSTEM_ADMIN])
    form = {"name": "综改区", "kind": "city_level_reviewer", "parent": "420000"}

    client.post("/admin/accounts/region/SX-ZGQ/change/", form)

    zone = Region.objects.get(code="SX-ZGQ")
    assert (zone.name, zone.parent_id) == ("综改区", "140000")


def test_a_database_with_two_stops_the_migration_and_names_them(db):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_competent_body_per_region")
    double = Organization.objects.create(**second("province_department"))
    migration = import_module("accounts.migrations.0008_a_region_has_one_competent_body")

    with pytest.raises(RuntimeError) as stopped:
        migration.name_the_doubles(apps, None)

    assert f"山西省商务厅（编号 {body('SX-COMMERCE').pk}）、第二个机构（编号 {double.pk}）" in str(
        stopped.value
    )
    double.delete()
    migration.name_the_doubles(apps, None)
