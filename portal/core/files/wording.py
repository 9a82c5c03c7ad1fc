"""What a page says of a file's scan, in words."""

from django.utils.translation import gettext as _

from portal.core.models import PrivateFile


def scan_words(stored: PrivateFile) -> tuple[str, str]:
    """Return (words, tone) for how far a file's virus scan is."""
    if stored.scan == PrivateFile.Scan.CLEAN:
        return _("scanned for viruses, nothing found"), "good"
    if stored.scan == PrivateFile.Scan.WAITING:
        return _("being scanned for viruses; nobody can open it until then"), "todo"
    if stored.scan == PrivateFile.Scan.INFECTED:
        return _("locked: malicious software found"), "bad"
    return _("not scanned for viruses"), "mute"
