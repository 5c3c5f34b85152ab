"""All formats that a part of a life can leave in."""

from graph.exporters.base import Exporter
from graph.exporters.beancount import Beancount
from graph.exporters.bibtex import BibTex
from graph.exporters.calendars.icalendar import ICalendarFile
from graph.exporters.gpx import Gpx
from graph.exporters.mbox import Mbox
from graph.exporters.opml import Opml
from graph.exporters.people.vcard import VCardFile
from graph.exporters.vault.vault import MarkdownDirectory

EXPORTERS: tuple[Exporter, ...] = (
    ICalendarFile(),
    VCardFile(),
    MarkdownDirectory(),
    Mbox(),
    Beancount(),
    Opml(),
    BibTex(),
    Gpx(),
)
