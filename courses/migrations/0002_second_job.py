import uuid

import django.db.models.deletion
import modelcluster.fields
import wagtail.fields
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models

import courses.models.content
import portal.core.clock
import portal.core.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_training_roles"),
        ("accounts", "__first__"),
        ("core", "0002_job_lease"),
        ("courses", "0001_initial"),
        ("wagtailcore", "__first__"),
    ]

    operations = [
        migrations.AddField(
            model_name="coursepage",
            name="blueprint",
            field=models.JSONField(
                blank=True, default=dict, verbose_name="blueprint of the examination"
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="category",
            field=models.CharField(
                choices=[
                    ("policy", "Policy, law and standards"),
                    ("management", "Security management and risk assessment"),
                    ("control", "Control systems and devices"),
                    ("network", "Networks and identifier resolution"),
                    ("platform", "Platforms and applications"),
                    ("data", "Data security"),
                    ("cryptography", "Use of cryptography"),
                    ("monitoring", "Monitoring and incident response"),
                    ("exercise", "Attack and defence exercises"),
                    ("awareness", "Awareness (open to all)"),
                ],
                default="control",
                max_length=12,
                verbose_name="category",
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="objects_protected",
            field=models.JSONField(blank=True, default=list, verbose_name="objects protected"),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="outline",
            field=models.TextField(blank=True, max_length=3000, verbose_name="outline"),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="outline_en",
            field=models.TextField(blank=True, verbose_name="outline in English"),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="pass_mark",
            field=models.PositiveSmallIntegerField(
                default=60, verbose_name="pass mark of each part"
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="practice_weight",
            field=models.PositiveSmallIntegerField(
                default=40, verbose_name="weight of practice, per cent"
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="prerequisites",
            field=models.TextField(blank=True, verbose_name="prerequisites"),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="prerequisites_en",
            field=models.TextField(blank=True, verbose_name="prerequisites in English"),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="skills",
            field=models.JSONField(blank=True, default=list, verbose_name="skills"),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="teachers",
            field=models.JSONField(blank=True, default=list, verbose_name="teachers"),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="theory_weight",
            field=models.PositiveSmallIntegerField(
                default=60, verbose_name="weight of theory, per cent"
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="validity_years",
            field=models.PositiveSmallIntegerField(
                default=3, verbose_name="years a certificate is valid"
            ),
        ),
        migrations.CreateModel(
            name="CourseLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "course",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="courses.coursepage",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order"],
                "abstract": False,
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Holder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holder",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Issuer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuer",
                        to="accounts.organisation",
                    ),
                ),
                ("key", models.CharField(max_length=4, unique=True)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Module",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="modules",
                        to="courses.coursepage",
                        verbose_name="course",
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                (
                    "title_en",
                    models.CharField(blank=True, max_length=160, verbose_name="English title"),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
            ],
            options={
                "verbose_name": "module",
                "verbose_name_plural": "modules",
                "ordering": ["course", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("course", "code"), name="module_code_once_a_course"
                    )
                ],
                "indexes": [],
            },
            bases=(courses.models.content.Titled, models.Model),
        ),
        migrations.CreateModel(
            name="PracticeTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="practice_tasks",
                        to="courses.coursepage",
                        verbose_name="course",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                (
                    "title_en",
                    models.CharField(blank=True, max_length=160, verbose_name="English title"),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                (
                    "hours",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="class hours"),
                ),
                ("brief", models.TextField(verbose_name="task")),
                ("environment", models.TextField(blank=True, verbose_name="environment")),
                ("evidence", models.TextField(blank=True, verbose_name="what to hand in")),
                ("rubric", models.JSONField(default=list, verbose_name="rubric")),
            ],
            options={
                "verbose_name": "practical task",
                "verbose_name_plural": "practical tasks",
                "ordering": ["course", "position", "pk"],
                "indexes": [],
                "constraints": [],
            },
            bases=(courses.models.content.Titled, models.Model),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="courses.coursepage",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("data", models.JSONField()),
                ("is_current", models.BooleanField(default=True)),
                ("is_retired", models.BooleanField(default=False)),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("written_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "ordering": ["course", "code", "version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("course", "code", "version"), name="question_version_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("course", "code"),
                        name="question_one_current",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="courses.coursepage",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_runs",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preparing", "Being prepared"),
                            ("open", "Announced"),
                            ("running", "Running"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_index=True,
                        default="preparing",
                        max_length=12,
                    ),
                ),
                (
                    "delivery",
                    models.CharField(
                        choices=[
                            ("online", "Online"),
                            ("onsite", "On site"),
                            ("blended", "Blended"),
                            ("base", "Training base"),
                            ("ordered", "Order-based class"),
                            ("college", "Modern industry college"),
                            ("inhouse", "In-house training"),
                        ],
                        default="blended",
                        max_length=10,
                        verbose_name="form",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("capacity", models.PositiveIntegerField(verbose_name="seats")),
                (
                    "needs_approval",
                    models.BooleanField(
                        default=True, verbose_name="requests are approved one by one"
                    ),
                ),
                ("enrol_from", models.DateTimeField(verbose_name="enrolment opens")),
                ("enrol_until", models.DateTimeField(verbose_name="enrolment closes")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "fee",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=8, verbose_name="fee (yuan)"
                    ),
                ),
                ("contact", models.CharField(blank=True, max_length=100, verbose_name="contact")),
                ("arrivals", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "ordering": ["-starts_on", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("enrol_from__lt", models.F("enrol_until"))),
                        name="run_enrolment_opens_before_it_closes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_on__lte", models.F("ends_on"))),
                        name="run_starts_before_it_ends",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Skill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=10, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=120, verbose_name="English name"),
                ),
                ("area", models.CharField(blank=True, max_length=40, verbose_name="area")),
                ("description", models.TextField(blank=True, verbose_name="description")),
            ],
            options={
                "verbose_name": "skill",
                "verbose_name_plural": "skills",
                "ordering": ["code"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duties",
                        to="courses.run",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("content", "Content"),
                            ("teaching", "Teaching"),
                            ("site", "Practical site"),
                            ("examining", "Examining"),
                            ("issuing", "Issuing certificates"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for agreement"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["run", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "kind"), name="duty_once_a_run")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Exam",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exams",
                        to="courses.run",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being set"),
                            ("open", "Open for learners"),
                            ("closed", "Closed"),
                            ("released", "Results released"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="opens")),
                ("closes_at", models.DateTimeField(verbose_name="closes")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes")),
                ("grace_seconds", models.PositiveSmallIntegerField(default=60)),
                (
                    "attempts_allowed",
                    models.PositiveSmallIntegerField(default=1, verbose_name="attempts"),
                ),
                (
                    "examiners_needed",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="examiners per answer"
                    ),
                ),
                (
                    "room_code",
                    models.CharField(blank=True, max_length=12, verbose_name="room code"),
                ),
                ("blueprint", models.JSONField(default=dict)),
                ("bank", models.JSONField(blank=True, default=dict)),
                ("key_versions", models.JSONField(blank=True, default=dict)),
                ("voided", models.JSONField(blank=True, default=list)),
                ("created_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "ordering": ["run", "opens_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opens_at__lt", models.F("closes_at"))),
                        name="exam_opens_before_it_closes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gt", 0)), name="exam_has_time"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Roster",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rosters",
                        to="courses.run",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.privatefile",
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_at", models.DateTimeField(default=portal.core.clock.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-taken_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "sha256"), name="roster_once_a_run")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Serial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="serials",
                        to="courses.issuer",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "year"), name="serial_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to="courses.run",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                (
                    "hours",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="class hours"),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("theory", "Theory"), ("practice", "Practice")],
                        default="theory",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="place")),
                (
                    "teacher",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=8)),
                ("code_from", models.DateTimeField(blank=True, null=True)),
                ("code_until", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["run", "starts_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hours__gt", 0)), name="session_has_hours"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units",
                        to="courses.module",
                        verbose_name="module",
                    ),
                ),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                (
                    "title_en",
                    models.CharField(blank=True, max_length=160, verbose_name="English title"),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                (
                    "hours",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=5, verbose_name="class hours"
                    ),
                ),
                (
                    "hours_practice",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=5, verbose_name="of which practice"
                    ),
                ),
                ("skills", models.JSONField(blank=True, default=list, verbose_name="skills")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [("text", 0), ("table", 2), ("quote", 3), ("code", 6)],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "h2",
                                        "h3",
                                        "bold",
                                        "italic",
                                        "ol",
                                        "ul",
                                        "link",
                                        "document-link",
                                        "hr",
                                        "code",
                                    ]
                                },
                            ),
                            1: ("wagtail.blocks.CharBlock", (), {"required": False}),
                            2: (
                                "wagtail.contrib.typed_table_block.blocks.TypedTableBlock",
                                [[("text", 1)]],
                                {"template": "components/body_table.html"},
                            ),
                            3: ("wagtail.blocks.BlockQuoteBlock", (), {}),
                            4: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "label": "Programming language",
                                    "max_length": 20,
                                    "required": False,
                                },
                            ),
                            5: ("wagtail.blocks.TextBlock", (), {"label": "Code"}),
                            6: (
                                "wagtail.blocks.StructBlock",
                                [[("language", 4), ("text", 5)]],
                                {"label": "Code", "template": "components/body_code.html"},
                            ),
                        },
                        verbose_name="text",
                    ),
                ),
                (
                    "self_check",
                    models.JSONField(blank=True, default=list, verbose_name="self-check"),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("read", "Read and confirmed"),
                            ("self_check", "Self-check answered"),
                        ],
                        default="read",
                        max_length=10,
                        verbose_name="completed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "course unit",
                "verbose_name_plural": "units",
                "ordering": ["module", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("module", "code"), name="unit_code_once_a_module"
                    )
                ],
                "indexes": [],
            },
            bases=(
                courses.models.content.Titled,
                wagtail.models.preview.PreviewableMixin,
                models.Model,
            ),
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="courses.run",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("denied", "Not admitted"),
                            ("waitlisted", "On the waiting list"),
                            ("offered", "Seat offered"),
                            ("enrolled", "Enrolled"),
                            ("withdrawn", "Withdrawn"),
                            ("completed", "Completed"),
                            ("failed", "Not completed"),
                        ],
                        db_index=True,
                        default="requested",
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("own", "Own"), ("roster", "Roster")], default="own", max_length=6
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="courses.roster",
                    ),
                ),
                ("listed_name", models.CharField(blank=True, max_length=50)),
                ("mobile", models.CharField(blank=True, max_length=11)),
                ("place", models.PositiveIntegerField()),
                ("requested_at", models.DateTimeField(default=portal.core.clock.now)),
                ("offered_until", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("outcome", models.JSONField(blank=True, default=dict)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["run", "place"],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "learner"), name="enrolment_once_a_run"),
                    models.UniqueConstraint(fields=("run", "place"), name="enrolment_place_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("offered_until__isnull", False), ("state", "offered")),
                            models.Q(
                                models.Q(("state", "offered"), _negated=True),
                                ("offered_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="enrolment_offer_has_an_end",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="courses.exam",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="courses.enrolment",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Being written"),
                            ("submitted", "Handed in"),
                            ("expired", "Time ran out"),
                            ("graded", "Graded"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("seed", models.CharField(max_length=64)),
                ("paper", models.JSONField()),
                ("sheet", models.JSONField()),
                ("started_at", models.DateTimeField(default=portal.core.clock.now)),
                ("deadline", models.DateTimeField()),
                ("extra_minutes", models.PositiveSmallIntegerField(default=0)),
                ("device", models.CharField(blank=True, max_length=40)),
                ("takeovers", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("receipt_hash", models.CharField(blank=True, max_length=64)),
                ("marks", models.JSONField(blank=True, null=True)),
                (
                    "score",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
                ),
                ("graded_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["exam", "enrolment", "number"],
                "indexes": [models.Index(fields=["state", "deadline"], name="attempt_sweep")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("exam", "enrolment", "number"), name="attempt_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("exam", "enrolment"),
                        name="attempt_one_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("receipt_hash", ""),
                                ("state", "running"),
                            ),
                            models.Q(
                                models.Q(("state", "running"), _negated=True),
                                ("ended_at__isnull", False),
                                models.Q(("receipt_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="attempt_ended_has_time_and_receipt",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
                        to="courses.session",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="courses.enrolment",
                    ),
                ),
                (
                    "presence",
                    models.CharField(
                        choices=[
                            ("present", "Present"),
                            ("late", "Late"),
                            ("absent", "Absent"),
                            ("excused", "Excused"),
                        ],
                        max_length=8,
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(default=0)),
                (
                    "source",
                    models.CharField(
                        choices=[("code", "Code"), ("list", "List")], default="list", max_length=4
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "enrolment"), name="attendance_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("presence__in", ["present", "late"]), ("minutes", 0), _connector="OR"
                        ),
                        name="attendance_absent_has_no_minutes",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="courses.enrolment",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="courses.issuer",
                    ),
                ),
                ("facts", models.JSONField()),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "Issued"),
                            ("suspended", "Suspended"),
                            ("revoked", "Revoked"),
                            ("superseded", "Superseded"),
                        ],
                        db_index=True,
                        default="issued",
                        max_length=12,
                    ),
                ),
                ("issued_on", models.DateField()),
                ("expires_on", models.DateField()),
                ("issued_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="courses.certificate",
                    ),
                ),
                ("superseded_on", models.DateField(blank=True, null=True)),
                ("revoked_on", models.DateField(blank=True, null=True)),
                ("revoked_reason", models.CharField(blank=True, max_length=300)),
                (
                    "revocation_asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("revocation_asked_at", models.DateTimeField(blank=True, null=True)),
                ("list_number", models.PositiveSmallIntegerField(default=1)),
                ("status_index", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["-issued_on", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes__isnull", True)),
                        fields=("enrolment",),
                        name="certificate_first_once_an_enrolment",
                    ),
                    models.UniqueConstraint(
                        fields=("list_number", "status_index"), name="certificate_status_place_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_on__isnull", False), ("state", "revoked")),
                            models.Q(
                                models.Q(("state", "revoked"), _negated=True),
                                ("revoked_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="certificate_revoked_has_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "superseded"), ("superseded_on__isnull", False)),
                            models.Q(
                                models.Q(("state", "superseded"), _negated=True),
                                ("superseded_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="certificate_superseded_has_a_day",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="HoursEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours_entries",
                        to="courses.enrolment",
                    ),
                ),
                ("day", models.DateField()),
                ("hours", models.DecimalField(decimal_places=2, max_digits=6)),
                (
                    "mode",
                    models.CharField(
                        choices=[("theory", "Theory"), ("practice", "Practice")], max_length=8
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("public", "Public subjects"),
                            ("professional", "Professional subjects"),
                        ],
                        default="professional",
                        max_length=12,
                    ),
                ),
                ("source", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=80, unique=True)),
                (
                    "counters",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="countered_by",
                        to="courses.hoursentry",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("entered_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "ordering": ["day", "pk"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="PracticeWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=portal.core.identifiers.public_id, max_length=24, unique=True
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="works",
                        to="courses.practicetask",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="works",
                        to="courses.enrolment",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("text", models.TextField(blank=True)),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.privatefile",
                    ),
                ),
                ("handed_in_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "ordering": ["task", "enrolment", "version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "enrolment", "version"), name="practice_version_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="UnitCompletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="completions",
                        to="courses.enrolment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to="courses.unit",
                    ),
                ),
                ("completed_at", models.DateTimeField(default=portal.core.clock.now)),
                ("answers", models.JSONField(blank=True, default=list)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enrolment", "unit"), name="unit_completed_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="courses.attempt",
                    ),
                ),
                ("question", models.CharField(max_length=40)),
                ("response", models.JSONField(null=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("saved_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "question"), name="answer_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AnswerRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="courses.attempt",
                    ),
                ),
                ("question", models.CharField(max_length=80)),
                (
                    "examiner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("points", models.JSONField()),
                ("comment", models.TextField(blank=True)),
                ("rated_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("attempt", "question", "examiner"), name="answer_rated_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AnswerSave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saves",
                        to="courses.attempt",
                    ),
                ),
                ("question", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=40)),
                ("base", models.PositiveIntegerField()),
                ("revision", models.PositiveIntegerField(null=True)),
                ("response", models.JSONField(null=True)),
                ("saved_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "key"), name="save_key_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credential",
                        to="courses.certificate",
                    ),
                ),
                ("text", models.TextField()),
                ("key_id", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Marking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="markings",
                        to="courses.attempt",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("marks", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "score",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "ordering": ["attempt", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("attempt", "number"), name="marking_number_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PracticeRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="courses.practicework",
                    ),
                ),
                (
                    "examiner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("points", models.JSONField()),
                ("comment", models.TextField(blank=True)),
                ("rated_at", models.DateTimeField(default=portal.core.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("work", "examiner"), name="practice_rated_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to="courses.certificate",
                    ),
                ),
                ("since", models.DateField()),
                ("lifted_on", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(max_length=300)),
            ],
            options={
                "ordering": ["certificate", "since", "pk"],
                "indexes": [],
                "constraints": [],
            },
        ),
    ]
