import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accreditation", "0001_accreditation"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConditionSummary",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="condition_summary",
                        serialize=False,
                        to="accreditation.providerapplication",
                    ),
                ),
                ("marks", models.CharField(max_length=20)),
                ("findings", models.JSONField()),
                ("measured_at", models.DateTimeField(verbose_name="测算时间")),
            ],
            options={
                "verbose_name": "条件测算",
                "verbose_name_plural": "条件测算",
            },
        ),
    ]
