"""XML inside office files, read once by expat: no entities, bounded depth, and what it refers to.

A document type is refused as soon as it begins, so no entity is ever defined. Text is not kept.
"""

import re
from xml.parsers import expat

from portal.core.files.purposes import MEGABYTE
from portal.core.files.refusals import Unfit

# Rule: the XML of one package has at most 2 million tags, 256 deep.
DEPTH_MAX, TAGS_MAX = 256, 2_000_000
# A tag or comment that goes on for longer than this is not one an office program wrote.
TOKEN_MAX = 4 * MEGABYTE
FIELDS_MAX = MEGABYTE
# A relationship to elsewhere that is only followed by a click, or that keeps a copy of its values.
HARMLESS = ("/hyperlink", "/externalLinkPath")
COMMAND_FIELD = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
COMMAND_LINKS = {"ddeLink", "oleLink"}


class Markup:
    """One XML member: fed in chunks, closed at its end; raises Unfit at the first fault.

    `budget` holds how many tags all members of a package may still have.
    """

    def __init__(self, budget: list[int] | None = None) -> None:
        self.budget = budget if budget is not None else [TAGS_MAX]
        self.root = ""
        self.content_types: set[str] = set()
        self.fields: list[str] = []
        self.in_field, self.plain = False, set[str]()
        self.depth = self.fed = self.field_length = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.refuse

    def refuse(self, *_facts: object) -> None:
        raise Unfit("entities")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise Unfit("bomb")
        if name in self.plain:  # a sheet has a million cells
            return
        self.root = self.root or name.rpartition(":")[2]
        if not self.judge(name.rpartition(":")[2], attributes):
            self.plain.add(name)

    def judge(self, local: str, attributes: dict[str, str]) -> bool:
        """Take in what an element says; return whether elements of its name say anything."""
        if local == "Relationship":
            check_relationship(attributes)
        elif local in {"Default", "Override"}:
            self.content_types.add(attributes.get("ContentType", ""))
        elif local in COMMAND_LINKS:
            raise Unfit("external")
        elif local == "instrText":
            self.parser.CharacterDataHandler, self.in_field = self.keep_field, True
        elif local == "fldSimple":
            self.keep_field(attributes.get("w:instr", ""))
        else:
            return False
        return True

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.in_field:
            self.parser.CharacterDataHandler, self.in_field = None, False

    def keep_field(self, text: str) -> None:
        """Keep the text of a field, which may be cut over several elements."""
        self.field_length += len(text)
        if self.field_length > FIELDS_MAX:
            raise Unfit("bomb")
        self.fields.append(text)

    def feed(self, chunk: bytes) -> None:
        """Read on; an empty chunk ends the document."""
        self.fed += len(chunk)
        self.budget[0] -= chunk.count(b"<")
        if self.budget[0] < 0:
            raise Unfit("bomb")
        try:
            self.parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise Unfit("damaged") from error
        if self.fed - max(0, self.parser.CurrentByteIndex) > TOKEN_MAX:
            raise Unfit("bomb")
        if not chunk and COMMAND_FIELD.search("".join(self.fields)):
            raise Unfit("external")


def check_relationship(attributes: dict[str, str]) -> None:
    """Refuse a relationship that makes an office program fetch or run something by itself."""
    if attributes.get("TargetMode", "").lower() != "external":
        return
    if not attributes.get("Type", "").endswith(HARMLESS):
        raise Unfit("external")
