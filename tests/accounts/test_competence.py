"""Who is competent in a region is one body, whatever writes to the database."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.models import Organization
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
