import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.core.clock
import portal.core.identifiers


class Migration(migrations.Migration):
    replaces = [("evaluation", "0001_initial"), ("evaluation", "0002_relations")]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("core", "0001_initial"),
        ("showcase", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CriterionSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("data", models.JSONField()),
                ("created_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="criteria",
                        to="showcase.round",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draw",
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
                ("number", models.PositiveSmallIntegerField()),
                ("seed", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("published", "Published"),
                            ("discarded", "Discarded"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("report", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=portal.core.clock.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draws",
                        to="showcase.round",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "number"), name="draw_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Expert",
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
                ("title", models.CharField(max_length=60)),
                ("title_en", models.CharField(blank=True, max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("industry", "Industry"),
                            ("academia", "Academia"),
                            ("testing", "Testing body"),
                        ],
                        max_length=8,
                    ),
                ),
                ("region", models.CharField(max_length=6)),
                ("directions", models.JSONField(default=list)),
                ("load_max", models.PositiveSmallIntegerField(default=20)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expert",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="PublicNotice",
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
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("title", models.CharField(max_length=150)),
                ("title_en", models.CharField(blank=True, max_length=200)),
                ("entries", models.JSONField(default=list)),
                ("working_days", models.PositiveSmallIntegerField(default=5)),
                ("published_at", models.DateTimeField(default=portal.core.clock.now)),
                ("closes_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="showcase.round",
                    ),
                ),
            ],
            options={
                "ordering": ["-published_at"],
            },
        ),
        migrations.CreateModel(
            name="Ranking",
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
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("frozen", "Frozen"),
                            ("superseded", "Superseded"),
                            ("published", "Published"),
                        ],
                        default="frozen",
                        max_length=10,
                    ),
                ),
                ("inputs", models.TextField()),
                ("inputs_digest", models.CharField(max_length=64)),
                ("results", models.TextField()),
                ("results_digest", models.CharField(max_length=64)),
                ("seed", models.PositiveIntegerField()),
                ("estimate", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "frozen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rankings",
                        to="showcase.round",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "number"), name="ranking_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spread", "Talk on scores far apart"),
                            ("vote", "Vote among tied entries"),
                            ("veto", "Decision on a veto ground"),
                        ],
                        max_length=6,
                    ),
                ),
                ("note", models.TextField(max_length=2000)),
                ("place", models.PositiveSmallIntegerField(null=True)),
                ("votes_for", models.PositiveSmallIntegerField(null=True)),
                ("votes_cast", models.PositiveSmallIntegerField(null=True)),
                ("is_upheld", models.BooleanField(null=True)),
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
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="showcase.submission",
                    ),
                ),
            ],
            options={
                "ordering": ["recorded_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "vote"), _negated=True),
                            models.Q(("place__gte", 1), ("votes_cast__gte", models.F("votes_for"))),
                            _connector="OR",
                        ),
                        name="talk_vote_has_place_and_votes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "veto"), _negated=True),
                            ("is_upheld__isnull", False),
                            _connector="OR",
                        ),
                        name="talk_veto_is_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("active", "Assigned"),
                            ("recused", "Recused"),
                            ("removed", "Removed"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                ("assigned_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="showcase.submission",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="evaluation.draw",
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="evaluation.expert",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("submission", "expert"),
                        name="assignment_active_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConflictFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("employer", "Employer of the applicant or a partner"),
                            ("former_employer", "Employer within the last three years"),
                            ("kin", "Kinship"),
                            ("equity", "Equity"),
                            ("adviser", "Paid adviser"),
                            ("co_project", "Joint project or paper within three years"),
                            ("teacher", "Teacher and student"),
                            ("competitor", "Competitor"),
                            ("other", "Other"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("detected", "Found by credit code"),
                            ("declared", "Declared by the expert"),
                        ],
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("upheld", models.BooleanField(null=True)),
                ("found_at", models.DateTimeField(default=portal.core.clock.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision", models.CharField(blank=True, max_length=300)),
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
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="showcase.submission",
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="evaluation.expert",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("expert", "submission", "kind", "source"), name="conflict_fact_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Employment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uscc",
                    models.CharField(
                        max_length=18, validators=[portal.core.identifiers.validate_uscc]
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("started_on", models.DateField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="employments",
                        to="evaluation.expert",
                    ),
                ),
            ],
            options={
                "ordering": ["-started_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True),
                            ("ended_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="employment_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "A person, under their own name"),
                            ("organisation", "An organisation, under its seal"),
                        ],
                        default="person",
                        max_length=12,
                    ),
                ),
                ("objector", models.CharField(max_length=100)),
                ("contact", models.CharField(max_length=100)),
                ("facts", models.TextField(max_length=3000)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Being examined"),
                            ("upheld", "Upheld"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("received_at", models.DateTimeField(default=portal.core.clock.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
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
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.privatefile",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="showcase.submission",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="evaluation.publicnotice",
                    ),
                ),
            ],
            options={
                "ordering": ["received_at"],
            },
        ),
        migrations.CreateModel(
            name="Panel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "chair",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chairs",
                        to="evaluation.expert",
                    ),
                ),
                (
                    "direction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="panel",
                        to="showcase.direction",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="panels",
                        to="showcase.round",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RankingRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(null=True)),
                ("score", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("spread", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("is_proposed", models.BooleanField(default=False)),
                ("needs_talk", models.BooleanField(default=False)),
                ("needs_vote", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=40)),
                (
                    "direction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="showcase.direction",
                    ),
                ),
                (
                    "ranking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="evaluation.ranking",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="showcase.submission",
                    ),
                ),
            ],
            options={
                "ordering": ["direction__order", "rank", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ranking", "submission"), name="ranking_row_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_proposed", models.BooleanField()),
                ("decided_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "ranking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="evaluation.ranking",
                    ),
                ),
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdict",
                        to="showcase.submission",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Being scored"), ("signed", "Signed")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("scores", models.JSONField(default=dict)),
                ("comments", models.JSONField(default=dict)),
                ("flags", models.JSONField(default=list)),
                ("overall", models.TextField(blank=True)),
                ("total", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("saved_at", models.DateTimeField(default=portal.core.clock.now)),
                ("signed_at", models.DateTimeField(null=True)),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("reopened_at", models.DateTimeField(blank=True, null=True)),
                ("reopen_reason", models.CharField(blank=True, max_length=300)),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ballot",
                        to="evaluation.assignment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_at__isnull", True),
                            models.Q(("signed_at__isnull", False), ("total__isnull", False)),
                            _connector="OR",
                        ),
                        name="ballot_signed_has_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total__isnull", True),
                            models.Q(("total__gte", 0), ("total__lte", 100)),
                            _connector="OR",
                        ),
                        name="ballot_total_in_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BallotVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("scores", models.JSONField()),
                ("comments", models.JSONField()),
                ("flags", models.JSONField()),
                ("overall", models.TextField(blank=True)),
                ("saved_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "ballot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="evaluation.ballot",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("ballot", "number"), name="ballot_version_once")
                ],
            },
        ),
    ]
