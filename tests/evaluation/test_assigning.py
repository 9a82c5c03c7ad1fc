import random
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.assigning import (
    AssignmentRules,
    Candidate,
    Entry,
    RuleCode,
    Shortfall,
    Status,
    Violation,
    ViolationCode,
    affinities,
    assign,
    assign_fairly,
    verify,
)
from evaluation.assigning.model import columns_of, ground_of, program_of
from evaluation.assigning.solving import _solved
from tests.bench.assignment import RULES, instance

SMALL = AssignmentRules(
    size=3, required_kinds={"research": 1, "industry": 1}, kind_max=2, region_max=1
)


def people(count, **changed):
    """Experts of three kinds, each of an organisation and region of its own."""
    kinds = ("research", "industry", "testing")
    return [
        replace(
            Candidate(
                f"e{number:02}",
                kinds[number % 3],
                organisation=f"o{number}",
                region=f"r{number}",
                directions=frozenset({"control"}),
            ),
            **changed,
        )
        for number in range(count)
    ]


def entries(count):
    return [Entry(f"n{number}", "control", region="r0") for number in range(count)]


def test_affinity_adds_direction_and_share_of_topics():
    wanted = [
        Entry("a", "control", topics=frozenset({"plc", "dcs"})),
        Entry("b", "data"),
    ]
    given_people = [
        Candidate("same", "k", directions=frozenset({"control"}), topics=frozenset({"plc"})),
        Candidate("near", "k", directions=frozenset({"device"}), topics=frozenset({"plc", "dcs"})),
        Candidate("far", "k", directions=frozenset({"data"})),
    ]
    related = {"control": frozenset({"device"})}
    assert affinities(wanted, given_people, related).tolist() == [[800, 650, 0], [0, 0, 1000]]


def test_assign_keeps_every_rule_on_the_size_of_a_real_round():
    cases, experts, conflicts = instance(48, 24, 12, seed=1)
    found = assign(cases, experts, conflicts=conflicts, rules=RULES, seed=7)
    assert (found.status, len(found.seats)) == (Status.OPTIMAL, 240)
    assert verify(cases, experts, conflicts, found.seats, RULES) == []
    assert found.seconds < 2


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_assign_keeps_every_rule_or_names_exactly_those_it_bends(seed):
    rng = random.Random(seed)
    cases, experts, conflicts = instance(rng.randint(1, 8), rng.randint(5, 14), 5, seed=seed)
    found = assign(cases, experts, conflicts=conflicts, rules=RULES, seed=seed)
    faults = verify(cases, experts, conflicts, found.seats, RULES)
    told = sorted((s.rule.value, s.entry, s.expert, s.subject) for s in found.shortfalls)
    assert sorted((f.code.value, f.entry, f.expert, f.subject) for f in faults) == told
    assert (found.status == Status.OPTIMAL) == (faults == [])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_assign_equals_the_best_of_all_panels(seed):
    cases, experts, conflicts = instance(2, 6, 2, seed=seed)
    experts = [replace(expert, load_min=0) for expert in experts]
    rules = replace(SMALL, related=RULES.related)
    values = affinities(cases, experts, rules.related)
    best = max(
        (
            sum(int(values[row, column]) for row, panel in enumerate(panels) for column in panel)
            for panels in product(combinations(range(6), 3), repeat=2)
            if not verify(
                cases,
                experts,
                conflicts,
                [(cases[row].id, experts[c].id) for row, panel in enumerate(panels) for c in panel],
                rules,
            )
        ),
        default=None,
    )
    found = assign(cases, experts, conflicts=conflicts, rules=rules, seed=seed)
    if best is None:
        assert found.status == Status.BENT
    else:
        # The lots weigh less than a point on each of the two panels.
        assert (found.status, best - found.affinity < 2) == (Status.OPTIMAL, True)


def test_promising_arcs_lose_next_to_nothing():
    cases, experts, conflicts = instance(120, 90, 12, seed=3)
    found = assign(cases, experts, conflicts=conflicts, rules=RULES, seed=3)
    ground = ground_of(cases, experts, conflicts, RULES, 3)
    program = program_of(ground, ground.allowed)
    full = float(program.value @ _solved(columns_of(program)))
    assert found.variables < len(program.value)
    assert found.affinity > 0.999 * full


def test_same_seed_draws_the_same_panels_whatever_the_order():
    cases, experts, conflicts = instance(12, 15, 8, seed=5)
    first = assign(cases, experts, conflicts=conflicts, rules=RULES, seed=9)
    again = assign(cases[::-1], experts[::-1], conflicts=sorted(conflicts), rules=RULES, seed=9)
    assert again.seats == first.seats


def test_another_seed_draws_other_panels_among_equals():
    draws = {assign(entries(4), people(12), rules=SMALL, seed=seed).seats for seed in range(6)}
    affinity = {
        assign(entries(4), people(12), rules=SMALL, seed=seed).affinity for seed in range(6)
    }
    assert len(draws) == 6
    assert affinity == {4 * 3 * 1000}


def test_conflict_and_employer_never_give_way():
    cases = [Entry("a", "control", organisations=frozenset({"o0"}))]
    found = assign(cases, people(4), conflicts={("a", "e01")}, rules=SMALL, seed=1)
    assert found.status == Status.BENT
    assert found.seats == (("a", "e02"), ("a", "e03"))
    assert found.shortfalls == (
        Shortfall(RuleCode.SIZE, 1, entry="a"),
        Shortfall(RuleCode.KIND_MIN, 1, entry="a", subject="industry"),
    )


def test_too_few_places_are_told_as_the_cheapest_rule_to_bend():
    # Six seats, two experts of each kind who read one entry each: only five places.
    experts = people(5, load_max=1)
    found = assign(entries(2), experts, rules=SMALL, seed=1)
    assert found.shortfalls == (Shortfall(RuleCode.LOAD_MAX, 1, expert=found.shortfalls[0].expert),)
    assert len(found.seats) == 6


def test_one_organisation_is_told_when_all_experts_come_from_it():
    experts = people(3, organisation="same")
    found = assign(entries(1), experts, rules=SMALL, seed=1)
    assert found.shortfalls == (
        Shortfall(RuleCode.ORGANISATION_MAX, 2, entry="n0", subject="same"),
    )


def test_nobody_to_ask_is_told_for_every_entry():
    found = assign(entries(2), [], rules=AssignmentRules(size=3), seed=1)
    assert (found.status, found.seats) == (Status.BENT, ())
    assert [(s.rule, s.missing, s.entry) for s in found.shortfalls] == [
        (RuleCode.SIZE, 3, "n0"),
        (RuleCode.SIZE, 3, "n1"),
    ]


def test_nothing_to_assign_is_optimal():
    found = assign([], people(3), rules=AssignmentRules(), seed=1)
    assert (found.status, found.seats, found.worst_affinity) == (Status.OPTIMAL, (), 0)


def test_fair_assignment_never_serves_the_worst_entry_worse():
    cases, experts, conflicts = instance(24, 15, 10, seed=2)
    plain = assign(cases, experts, conflicts=conflicts, rules=RULES, seed=2)
    fair = assign_fairly(cases, experts, conflicts=conflicts, rules=RULES, seed=2)
    assert verify(cases, experts, conflicts, fair.seats, RULES) == []
    assert fair.worst_affinity >= plain.worst_affinity
    assert fair.affinity <= plain.affinity + 24


def test_worst_entry_and_loads_are_those_of_the_seats():
    cases, experts, conflicts = instance(12, 15, 8, seed=5)
    found = assign(cases, experts, conflicts=conflicts, rules=RULES, seed=9)
    values = affinities(cases, experts, RULES.related)
    row = {case.id: at for at, case in enumerate(cases)}
    column = {person.id: at for at, person in enumerate(experts)}
    sums = dict.fromkeys(row, 0)
    for entry, expert in found.seats:
        sums[entry] += int(values[row[entry], column[expert]])
    assert found.worst_affinity == min(sums.values()) == sums[found.worst_entry]
    assert found.affinity == sum(sums.values())
    assert {load.expert: load.entries for load in found.loads} == {
        expert: sum(seat[1] == expert for seat in found.seats) for expert in column
    }


def test_doubled_ids_are_refused():
    with pytest.raises(ValueError, match="twice"):
        assign([*entries(1), *entries(1)], people(3), rules=SMALL)


def test_verify_finds_every_kind_of_violation():
    case = Entry("a", "control", region="r", organisations=frozenset({"o9"}))
    same = {"kind": "research", "organisation": "o1", "region": "r"}
    experts = [
        Candidate("e1", **same, load_max=0),
        Candidate("e2", **same),
        Candidate("e3", **same),
        Candidate("e4", "testing", organisation="o9", load_min=2),
    ]
    seats = [("a", "e1"), ("a", "e2"), ("a", "e3"), ("a", "e3"), ("a", "e4"), ("b", "e1")]
    assert verify([case], experts, {("a", "e2")}, seats, SMALL) == [
        Violation(ViolationCode.CONFLICT, "a", "e2"),
        Violation(ViolationCode.DOUBLED, "a", "e3", count=2),
        Violation(ViolationCode.EMPLOYER, "a", "e4"),
        Violation(ViolationCode.KIND_MAX, "a", subject="research", count=3),
        Violation(ViolationCode.KIND_MIN, "a", subject="industry"),
        Violation(ViolationCode.LOAD_MAX, expert="e1", count=1),
        Violation(ViolationCode.LOAD_MIN, expert="e4", count=1),
        Violation(ViolationCode.ORGANISATION_MAX, "a", subject="o1", count=3),
        Violation(ViolationCode.REGION_MAX, "a", subject="r", count=3),
        Violation(ViolationCode.SIZE, "a", count=4),
        Violation(ViolationCode.UNKNOWN, "b", "e1"),
    ]
