"""Attachments of the demo: small true PDFs that say what they stand for."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core.pdf import render_pdf
from portal.demo.content import Dossier

TEMPLATE = Path(__file__).resolve().parent / "typst" / "paper.typ"


def paper(dossier: Dossier, code: str, title: str) -> SimpleUploadedFile:
    """Return the PDF standing for one attachment of a dossier, as if uploaded."""
    facts = dossier.facts
    content = render_pdf(
        TEMPLATE,
        {
            "title": title,
            "code": code,
            "applicant": facts["org"]["name"],
            "uscc": facts["org"]["uscc"],
            "project": dossier.title,
            "accepted": facts["project"]["accept"],
            "effects": [
                [effect["metric"], effect["before"], effect["after"], effect["unit"]]
                for effect in facts["effects"]
            ]
            if code in {"A4", "A5"}
            else [],
        },
    )
    name = f"{code}-{title}.pdf"
    return SimpleUploadedFile(name, content, content_type="application/pdf")
