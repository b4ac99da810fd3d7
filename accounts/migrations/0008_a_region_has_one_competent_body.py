"""A region has one body of each competence, and one department for each field that is consulted.

Nothing is merged by machine: cases, people and papers hang on a body. Where two are registered already the migration
stops before it changes anything and names them; which one stays is for the administrators to decide.
"""

from django.db import migrations, models
from django.db.models import Count, Q

ONE_IN_A_REGION = ("province_department", "city_bureau", "prefecture_bureau", "county_bureau")
COMPETENT = Q(kind__in=ONE_IN_A_REGION)
CONSULTED = Q(kind="department") & ~Q(field="")


def name_the_doubles(apps, schema_editor):
    Organization = apps.get_model("accounts", "Organization")
    doubles = []
    for which, alike in ((COMPETENT, ["kind", "region"]), (CONSULTED, ["field", "region"])):
        groups = Organization.objects.filter(which).order_by().values(*alike).annotate(n=Count("pk"))
        for group in groups.filter(n__gt=1):
            same = Organization.objects.filter(which, **{name: group[name] for name in alike}).order_by("pk")
            doubles.append("、".join(f"{body.name}（编号 {body.pk}）" for body in same))
    if doubles:
        raise RuntimeError(
            "同一地区登记了多个同类主管部门或同一职责领域的部门，请先保留一个、改正其余的类别或职责领域，再升级："
            + "；".join(doubles)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_rights_are_asked_for_once_and_whole"),
    ]

    operations = [
        migrations.RunPython(name_the_doubles, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ONE_IN_A_REGION)),
                fields=("kind", "region"),
                name="one_competent_body_per_region",
                violation_error_message="该地区已登记同类主管部门，一个地区只能有一个。名称有变的，请修改原有机构。",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "department"), models.Q(("field", ""), _negated=True)),
                fields=("field", "region"),
                name="one_department_per_field_and_region",
                violation_error_message="该地区已登记负责这一职责领域的部门，征求意见时只能找一个。",
            ),
        ),
    ]
