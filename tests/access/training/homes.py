"""Where training staff and learners begin."""

from typing import Any

from tests.access.roles import SIGNED_IN, TRAINING, WATCHING
from tests.access.rows import Row, form

ROUTES: dict[str, Row | list[Row]] = {
    "training_home": form("", TRAINING | WATCHING),
    "learning_home": form("", SIGNED_IN),
}
# name used in a row → the arguments of the address, from the case (world.Case.training)
IDS: dict[str, Any] = {"run": lambda case: (case.training.run.public_id,)}
