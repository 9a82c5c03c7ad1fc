"""One demo round lived through: every step a call of the service, at its own time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evaluation.lifecycle import AssignmentState
from evaluation.models import Assignment, Draw
from evaluation.queries.blocking import blockers
from evaluation.services import balloting, conflicting, criteria, panelling, publishing, ranking
from portal.accounts.models import Organisation, User
from portal.core import clock
from portal.demo.content import Dossier, dossiers, read
from portal.demo.experts import chairs, expert_of
from portal.demo.judging import sheet
from portal.demo.papers import paper
from portal.demo.people import applicant_of, recommender_of
from showcase import form_schema
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import CheckItem, Round, Stage, Submission
from showcase.services import applying, attaching, checking, recommending, rounds

SEED = 20260301
Mark = checking.MarkOf
ORDER = [state.value for state in RoundState]


@dataclass
class Life:
    """A round on its way: who acts, which entries, and the state it stops in."""

    round: Round
    slugs: tuple[str, ...]
    until: str
    secretary: User
    second: User
    entries: dict[str, Submission] = field(default_factory=dict)

    def reaches(self, state: str) -> bool:
        """Say whether this round is to get as far as `state`."""
        return ORDER.index(self.until) >= ORDER.index(state)

    def moment(self, kind: str, part: float) -> datetime:
        """Return the moment that lies at `part` (0 to 1) of a stage."""
        stage = self.round.stages.get(kind=kind)
        return stage.opens_at + (stage.closes_at - stage.opens_at) * part

    def live(self) -> None:
        """Take every step up to the planned state."""
        steps = [
            (RoundState.APPLYING, self.apply),
            (RoundState.RECOMMENDING, self.recommend),
            (RoundState.CHECKING, self.check),
            (RoundState.REVIEWING, self.review),
            (RoundState.RANKING, self.rank),
            (RoundState.PUBLICITY, self.publish),
            (RoundState.ANNOUNCED, self.announce),
        ]
        for state, step in steps:
            if self.reaches(state):
                step()

    # --- applications -------------------------------------------------------------------------

    def apply(self) -> None:
        """Open the round; write, attach and submit (the open round keeps two drafts)."""
        with clock.at(self.moment(Stage.Kind.APPLY, 0)):
            rounds.advance_round(self.round, "open", by=self.secretary)
        is_open = self.until == RoundState.APPLYING
        for number, slug in enumerate(self.slugs):
            # The open round's window is still running: its entries lie in its first days.
            part = (0.01 + 0.2 * number / len(self.slugs)) * (1 if is_open else 4)
            with clock.at(self.moment(Stage.Kind.APPLY, part)):
                self.entries[slug] = self.write(dossiers()[slug], whole=not is_open or number < 2)

    def write(self, dossier: Dossier, *, whole: bool) -> Submission:
        """Fill in one application section by section; hand it in when it is whole."""
        by = applicant_of(dossier.uscc)
        organisation = Organisation.objects.get(uscc=dossier.uscc)
        entry = applying.start_draft(self.round, organisation, by=by)
        answers, sections = dossier.answers(), form_schema.sections(self.round.form.schema)
        for section in sections if whole else sections[:4]:
            data = {one["key"]: answers[one["key"]] for one in section["fields"]}
            saved = applying.save_section(
                entry, section["key"], by=by, data=data, base=entry.revision
            )
            entry = saved.submission
        for attachment in dossier.papers() if whole else []:
            upload = paper(dossier, attachment["code"], attachment["title"])
            attaching.add_attachment(
                entry, attachment["code"], by=by, upload=upload, title=attachment["title"]
            )
        return applying.submit(entry, by=by) if whole else entry

    # --- recommendation -----------------------------------------------------------------------

    def recommend(self) -> None:
        """Close the window; every authority ranks its entries and sends its list."""
        with clock.at(self.moment(Stage.Kind.RECOMMEND, 0.01)):
            rounds.advance_round(self.round, "close_applications", by=self.secretary)
        with clock.at(self.moment(Stage.Kind.RECOMMEND, 0.2)):
            for authority in Organisation.objects.filter(quotas__round=self.round):
                self.recommend_of(authority)

    def recommend_of(self, authority: Organisation) -> None:
        """Rank and send one authority's entries; lists of the running stage stay unsent."""
        own = [one for one in self.current() if one.authority_id == authority.pk]
        if not own:
            return
        own.sort(key=lambda one: -self.dossier(one).length)
        by = recommender_of(authority)
        wishes = {
            one.public_id: recommending.Wish(number, recommendation_reason(self.dossier(one)))
            for number, one in enumerate(own, start=1)
        }
        recommending.set_order(round=self.round, authority=authority, wishes=wishes, by=by)
        if self.reaches(RoundState.CHECKING):
            recommending.send_list(round=self.round, authority=authority, by=by)

    # --- formal check -------------------------------------------------------------------------

    def check(self) -> None:
        """Check every entry; some go back once for correction (the files tell which)."""
        with clock.at(self.moment(Stage.Kind.CHECK, 0.02)):
            checking.start_checks(self.round, by=self.secretary)
        defects = {one["dossier"]: one for one in read("defects")}
        for number, entry in enumerate(self.current()):
            if self.until == RoundState.CHECKING:
                self.check_partly(entry, number)
            else:
                self.check_wholly(entry, defects.get(self.dossier(entry).slug))

    def check_partly(self, entry: Submission, number: int) -> None:
        """In the round under check: one accepted, one returned, the others still to do."""
        with clock.at(self.moment(Stage.Kind.CHECK, 0.5)):
            if number == 0:
                self.pass_open_items(entry)
                checking.accept(entry, by=self.secretary)
            elif number == 1:
                note = "A2真实性承诺书缺法定代表人签字。请补签后重新上传。"
                self.mark(entry, {"F11": Mark(CheckItem.Result.CORRECT, note)})
                checking.return_for_correction(entry, by=self.secretary)

    def check_wholly(self, entry: Submission, defect: dict[str, str] | None) -> None:
        """Pass an entry, by way of its one correction where the files know a defect."""
        with clock.at(self.moment(Stage.Kind.CHECK, 0.3)):
            self.pass_open_items(entry, skip=defect["item"] if defect else "")
            if defect is None:
                checking.accept(entry, by=self.secretary)
                return
            note = f"{defect['note']}{defect.get('remedy', '')}"
            self.mark(entry, {defect["item"]: Mark(CheckItem.Result(defect["result"]), note)})
            if defect["result"] != CheckItem.Result.CORRECT:
                checking.accept(entry, by=self.secretary)
                return
            checking.return_for_correction(entry, by=self.secretary)
        self.correct(entry, defect)

    def correct(self, entry: Submission, defect: dict[str, str]) -> None:
        """The applicant hands the corrected paper in; the secretariat accepts."""
        by = applicant_of(self.dossier(entry).uscc)
        code = next((a for a in ("A2", "A3", "A5", "A7") if a in defect["note"]), "A2")
        entry.refresh_from_db()
        until = entry.correct_until or self.moment(Stage.Kind.CHECK, 1)
        with clock.at(until - timedelta(days=2)):
            for old in entry.attachments.filter(code=code):
                attaching.remove_attachment(old, by=by)
                title = f"{old.title}（补正）"
                upload = paper(self.dossier(entry), code, title)
                attaching.add_attachment(entry, code, by=by, upload=upload, title=title)
            applying.resubmit(entry, by=by)
        with clock.at(until - timedelta(days=1)):
            self.pass_open_items(entry)
            done = Mark(CheckItem.Result.PASS, "补正材料齐全，已核对。")
            self.mark(entry, {defect["item"]: done})
            checking.accept(entry, by=self.secretary)

    def pass_open_items(self, entry: Submission, skip: str = "") -> None:
        """Mark every item that the system leaves to a person as passed."""
        waiting = entry.formal_check.items.filter(result=CheckItem.Result.OPEN).exclude(code=skip)
        self.mark(entry, {item.code: Mark(CheckItem.Result.PASS) for item in waiting})

    def mark(self, entry: Submission, marks: dict[str, Mark]) -> None:
        """Hand marks to the service."""
        checking.mark_items(entry, marks, by=self.secretary)

    # --- review -------------------------------------------------------------------------------

    def review(self) -> None:
        """Criteria, ties, draw and publication; then the experts score and sign."""
        with clock.at(self.moment(Stage.Kind.REVIEW, 0.01)):
            checking.finish_checks(self.round, by=self.secretary)
            criteria.give_criteria(self.round, by=self.secretary)
            self.declare_ties()
            for direction in self.round.directions.all():
                expert = chairs()[direction.code]
                panelling.set_chair(direction, expert=expert, by=self.secretary)
            draw = panelling.propose_draw(self.round, by=self.secretary, seed=SEED)
            panelling.publish_draw(draw, by=self.secretary, accept_bent=True)
        self.score(draw)

    def declare_ties(self) -> None:
        """Experts declare what no credit code shows; the secretariat upholds it."""
        accepted = {
            self.dossier(one).slug: one
            for one in self.current()
            if one.state == SubmissionState.ACCEPTED
        }
        for row in read("experts")["declared_conflicts"]:
            entry = accepted.get(row["dossier"])
            if entry is None:
                continue
            expert = expert_of(row["expert"])
            fact = conflicting.declare_conflict(
                expert=expert,
                submission=entry,
                kind=row["kind"],
                note=row["note"],
                by=expert.user,
            )
            conflicting.decide_conflict(
                fact, upheld=True, reason="利害关系明确，按规定回避。", by=self.secretary
            )

    def score(self, draw: Draw) -> None:
        """Sheets of a finished review are all signed; of a running one, about half."""
        seats = Assignment.objects.filter(draw=draw, state=AssignmentState.ACTIVE)
        running = self.until == RoundState.REVIEWING
        for number, seat in enumerate(seats.select_related("expert__user", "submission__round")):
            part = 0.02 + 0.25 * (number % 17) / 17
            with clock.at(self.moment(Stage.Kind.REVIEW, part)):
                if not running or number % 5 != 4:
                    # The round being ranked shows scores far apart: its panel must talk first.
                    harsh = self.until == RoundState.RANKING and number == 0
                    self.score_one(seat, sign=not running or number % 5 < 2, harsh=harsh)

    def score_one(self, seat: Assignment, *, sign: bool, harsh: bool) -> None:
        """Declare, save and perhaps sign one sheet."""
        by = seat.expert.user
        conflicting.declare_none(seat, pledged=True, by=by)
        content = sheet(seat, harsh=harsh)
        ballot = balloting.save_ballot(seat, content=content, base_revision=0, by=by)
        if sign:
            balloting.sign_ballot(seat, revision=ballot.revision, by=by)

    # --- result -------------------------------------------------------------------------------

    def rank(self) -> None:
        """Freeze the ranking; settle what the panels must talk over when it goes on."""
        after = self.moment(Stage.Kind.REVIEW, 1) + timedelta(minutes=30)
        with clock.at(after):
            self.ranking = ranking.freeze_ranking(self.round, by=self.secretary)
            if not self.reaches(RoundState.PUBLICITY):
                return
            for blocker in blockers(self.ranking):
                ranking.record_talk(
                    Submission.objects.get(public_id=blocker.public_id),
                    note="组长主持合议，各位专家说明依据后均维持原评分。",
                    by=self.secretary,
                )

    def publish(self) -> None:
        """The second member of the secretariat publishes the notice."""
        with clock.at(self.moment(Stage.Kind.REVIEW, 1) + timedelta(hours=1)):
            self.notice = publishing.publish_notice(self.ranking, by=self.second)

    def announce(self) -> None:
        """After the notice: list the entries and put their pages online."""
        with clock.at(self.notice.closes_at + timedelta(hours=16)):
            publishing.announce(self.notice, by=self.second)

    # --- reading back -------------------------------------------------------------------------

    def current(self) -> list[Submission]:
        """Return the round's entries as they are now, in the order of the plan."""
        found = {one.pk: one for one in Submission.objects.filter(round=self.round)}
        return [found[entry.pk] for entry in self.entries.values()]

    def dossier(self, entry: Submission) -> Dossier:
        """Return the dossier behind an entry."""
        slug = next(slug for slug, one in self.entries.items() if one.pk == entry.pk)
        return dossiers()[slug]


def recommendation_reason(dossier: Dossier) -> str:
    """Return an authority's reason, from the dossier's first effect."""
    effect = dossier.facts["effects"][0]
    return (
        f"项目已于{dossier.facts['project']['accept']}验收，{effect['metric']}由"
        f"{effect['before']}变为{effect['after']}（{effect['unit']}），材料齐全，同意推荐。"
    )
