"""What must always hold in courses; each module here registers its own."""

from courses.queries import certificate_invariants as certificate_invariants
