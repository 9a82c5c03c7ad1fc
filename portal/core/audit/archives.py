"""Putting old rows aside: into a sealed file, then out of the table, with a line that says so.

Rule: every row stays at least six months in the table, twelve by default (AUDIT_RETENTION_MONTHS),
and only chains whose owner is finished are put aside at all. Run with the rights of the tables'
owner: the application's own role cannot remove a row (`manage.py audit_grants`).
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from portal.core import clock
from portal.core.audit import keys
from portal.core.audit.files import FileFault, Written, file_fault, read_head, write_file
from portal.core.audit.recording import head_parts, record
from portal.core.audit.verifying import events_of, fault_of, rows_fault
from portal.core.models import AuditChain, AuditEvent

LEAST_MONTHS = 6
Source = Callable[[], Iterable[str]]
FINISHED: list[Source] = []


def finished_chains(source: Source) -> Source:
    """Register a function that returns the chains of one kind whose owner is finished."""
    FINISHED.append(source)
    return source


def kept_since() -> datetime:
    """Return the moment from which on every row stays in the table."""
    months = settings.AUDIT_RETENTION_MONTHS
    if months < LEAST_MONTHS:
        raise ValueError(f"AUDIT_RETENTION_MONTHS is {months}; at least {LEAST_MONTHS} are kept")
    return months_before(clock.now(), months)


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same day so many months earlier; the month's last day where it is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def archivable() -> list[tuple[str, int]]:
    """Return the finished chains with rows old enough, and how many those are."""
    names = sorted({name for source in FINISHED for name in source()})
    rows = ((chain, last_old_row(chain)) for chain in AuditChain.objects.filter(name__in=names))
    return sorted((chain.name, last - chain.base) for chain, last in rows if last > chain.base)


def last_old_row(chain: AuditChain) -> int:
    """Return the number of the last row before the first that must stay."""
    stays = AuditEvent.objects.filter(chain=chain, at__gte=kept_since()).order_by("seq")
    first = stays.values_list("seq", flat=True).first()
    return chain.length if first is None else first - 1


@transaction.atomic
def archive_chain(name: str, folder: Path) -> Written | None:
    """Put the old rows of a finished chain into a file and take them out of the table.

    In order: locks the head, verifies the whole chain, writes the file and verifies what was
    written, records that it happened (chain, rows, file, digest) as the chain's newest row, moves
    the chain's base with a new seal, removes the rows. Returns None where there is nothing to do.
    Raises FileFault when the chain does not hold: what is broken is kept as it is. Where rows
    cannot be removed no file is left behind.
    """
    if name not in {chain for chain, _number in archivable()}:
        return None
    chain, part = part_to_archive(name)
    path = folder / f"{name.replace(':', '-')}-{part.base + 1:08d}-{part.length:08d}.jsonl"
    rows = AuditEvent.objects.filter(chain=chain, seq__lte=part.length)
    written = write_file(path, part, rows.order_by("seq").iterator(chunk_size=2000))
    try:
        if fault := file_fault(path, keys.ring()):
            raise FileFault(f"not archived: {fault}")
        record(action="record.archived", obj=chain, by=None, facts=written.facts())
        move_base(name, part)
        rows._raw_delete(rows.db)
    except BaseException:
        path.unlink()
        raise
    return written


def part_to_archive(name: str) -> tuple[AuditChain, AuditChain]:
    """Lock and verify a chain; return it, and the head of its rows that are old enough."""
    chain = AuditChain.objects.select_for_update().get(name=name)
    fault = fault_of(chain, events_of(chain), keys.ring())
    if fault:
        raise FileFault(f"not archived: {fault}")
    last = last_old_row(chain)
    part = AuditChain(
        name=name,
        base=chain.base,
        base_hash=chain.base_hash,
        length=last,
        head=AuditEvent.objects.get(chain=chain, seq=last).hash,
    )
    return chain, part


def move_base(name: str, part: AuditChain) -> None:
    """Let a chain's table begin after an archived part, under a new seal."""
    chain = AuditChain.objects.get(name=name)
    chain.base, chain.base_hash = part.length, part.head
    chain.seal = keys.ring().seal(*head_parts(chain))
    chain.save(update_fields=["base", "base_hash", "seal"])


def archive_faults(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the archives of a folder: in a file, or missing between them."""
    parts: dict[str, list[AuditChain]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        fault = file_fault(path, keys.ring())
        if fault:
            yield fault
            continue
        part = read_head(path)
        parts.setdefault(part.name, []).append(part)
    for chain in AuditChain.objects.filter(base__gt=0).order_by("name"):
        yield from gaps(chain, parts.get(chain.name, []))


def gaps(chain: AuditChain, parts: list[AuditChain]) -> Iterator[str]:
    """Yield where archived rows of a chain lie in none of the parts, or do not join."""
    end, joint = 0, ""
    for part in sorted(parts, key=lambda one: one.base):
        if part.base > end:
            yield f"{chain.name}: rows {end + 1} to {part.base} lie in no archive here"
        elif part.base_hash != joint:
            yield f"{chain.name}: the archive from row {end + 1} does not follow the one before"
        end, joint = part.length, part.head
    if end < chain.base:
        yield f"{chain.name}: rows {end + 1} to {chain.base} lie in no archive here"
    elif end == chain.base and joint != chain.base_hash:
        yield f"{chain.name}: the archive up to row {end} does not join the table"


@transaction.atomic
def seal_heads() -> tuple[list[str], list[str]]:
    """Seal every head that has no seal by the key in use; return the sealed chains and the faults.

    After an upgrade from a version without seals, and after a change of key. A chain is sealed only
    when every row of it holds; one whose seal is wrong is left as it is.
    """
    ring = keys.ring()
    sealed, faults = [], []
    for chain in AuditChain.objects.select_for_update().order_by("name"):
        if chain.seal.startswith(f"{ring.current}:"):
            continue
        fault = rows_fault(chain, events_of(chain), ring)
        if not fault and chain.seal and not ring.holds(chain.seal, *head_parts(chain)):
            fault = f"{chain.name}: the head's seal does not fit"
        if fault:
            faults.append(fault)
            continue
        chain.seal = ring.seal(*head_parts(chain))
        chain.save(update_fields=["seal"])
        sealed.append(chain.name)
    if sealed:
        site = AuditChain.objects.filter(name="site").first() or AuditChain(name="site")
        record(action="record.sealed", obj=site, by=None, facts={"chains": len(sealed)})
    return sealed, faults
