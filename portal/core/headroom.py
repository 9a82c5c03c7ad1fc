"""Room on the interpreter's own stack, so that deep calls do not buy it again and again.

CPython keeps the frames of a thread in pieces of 16 KiB: a call that goes over the end of a piece
maps a new one, and its return unmaps it. A loop that happens to sit at such an end pays two system
calls and two page faults for each call it makes; a request of this site lies some eighty frames
deep, just there, and spent a fifth of its time so (docs/adr/0020). Newer interpreters keep
one spare piece (https://github.com/python/cpython/issues/142183); for all others a single frame
that asks for many slots makes the interpreter map one large piece, of which the rest is left for
whatever is called from it.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# A little over 128 KiB, so that 256 are mapped: the second half holds some seven hundred frames.
# The slots themselves are never touched and cost no memory.
SLOTS = 16_000


def _roomy(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return call(*args, **kwargs)


_roomy.__code__ = _roomy.__code__.replace(co_stacksize=SLOTS)


def with_headroom(call: Callable[P, R]) -> Callable[P, R]:
    """Return a function that calls `call` with room for some seven hundred frames above it.

    Arguments, result and errors are those of `call`; one invocation costs some twenty microseconds.
    """

    def roomy(*args: P.args, **kwargs: P.kwargs) -> R:
        return _roomy(call, *args, **kwargs)

    return roomy
