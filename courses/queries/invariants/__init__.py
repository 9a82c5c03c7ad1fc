"""What must always hold of training, recounted from the tables; a topic a module.

Importing a module registers its checks (portal.core.invariants).
"""

from courses.queries.invariants import certificates, exams, learning, running

__all__ = ["certificates", "exams", "learning", "running"]
