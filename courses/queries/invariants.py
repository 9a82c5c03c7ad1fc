"""What must always hold of training; the checks stand in a module for each part."""

from courses.queries import invariants_exams

__all__ = ["invariants_exams"]
