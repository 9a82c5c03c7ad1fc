"""What the examination's script says, translated; places in braces are filled in by the page."""

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """Return the sentences of exam.js by their keys."""
    return {
        "saved": _("Saved {time}"),
        "saving": _("Saving"),
        "typing": _("Not sent yet"),
        "waiting": _("Not sent yet: {n}"),
        "offline": _(
            "No connection: your answers are kept on this device and will be sent. "
            "Keep writing and leave this page open."
        ),
        "backOnline": _("Connected again."),
        "noStore": _(
            "This browser keeps nothing on this device: do not close the page before all is sent."
        ),
        "signedOut": _(
            "Your sign-in has ended. Sign in again in another window; answers are kept here."
        ),
        "signIn": _("Sign in (new window)"),
        "otherWindow": _(
            "This paper is open in another window of this browser too. Write in one of them only."
        ),
        "changedElsewhere": _("Question {n} was changed in another window. Reload to see it."),
        "reload": _("Reload"),
        "otherDevice": _(
            "This paper is now written on another device. What you typed here is kept. "
            "To go on writing here, take over."
        ),
        "takeOver": _("Continue on this device"),
        "ended": _("The paper has ended. The receipt opens."),
        "timeUp": _("Time is up. Your answers are being sent and the paper handed in."),
        "left": _("{n} minutes left"),
        "lastMinute": _("One minute left"),
        "stale": _("Question {n} was saved in another window after you opened it."),
        "staleHelp": _("Both texts are kept. Choose the one that is to be your answer."),
        "mine": _("Typed here"),
        "theirs": _("Saved at {time}"),
        "keepMine": _("Use this one"),
        "keepTheirs": _("Use the saved one"),
        "refused": _("Not saved: {reason}"),
        "tooFewSent": _("Some answers have not been sent yet. Wait a moment and try again."),
        "answered": _("Question {n}, answered"),
        "unanswered": _("Question {n}, unanswered"),
        "unsent": _("Question {n}, not sent yet"),
        "flagged": _("{label}, marked for later"),
        "counts": _("{done} answered, {open} open"),
        "moved": _("{letter} is now number {place}"),
        "nothing": _("(no answer)"),
    }
