"""All formats that a part of a life can leave in."""

from graph.exporters.base import Exporter
from graph.exporters.calendars.icalendar import ICalendarFile
from graph.exporters.people.vcard import VCardFile
from graph.exporters.vault.vault import MarkdownDirectory

EXPORTERS: tuple[Exporter, ...] = (ICalendarFile(), VCardFile(), MarkdownDirectory())
