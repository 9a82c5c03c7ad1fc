"""What must always hold of courses; each topic has a module of its own."""

from courses.queries import exam_invariants as exam_invariants
from courses.queries import learning_invariants as learning_invariants
