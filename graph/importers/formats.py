"""All formats that can be imported, in the order in which a file or a directory is offered to them."""

from pathlib import Path

from graph.importers.archives import is_archive
from graph.importers.assistants.chatgpt import ChatGPT
from graph.importers.assistants.claude import Claude
from graph.importers.base import Importer
from graph.importers.calendars.icalendar import ICalendar
from graph.importers.health.apple_health import AppleHealth
from graph.importers.health.fhir import Fhir
from graph.importers.library.bibtex import BibTex
from graph.importers.library.csl_json import CslJson
from graph.importers.library.ris import Ris
from graph.importers.mail.eml import Eml
from graph.importers.mail.maildir import Maildir
from graph.importers.mail.mbox import Mbox
from graph.importers.money.beancount import Beancount
from graph.importers.money.ofx import Ofx
from graph.importers.money.qif import Qif
from graph.importers.papers.documents import Documents
from graph.importers.people.vcard import VCard
from graph.importers.pictures.photos import Photos
from graph.importers.pictures.recordings import Recordings
from graph.importers.tables.csv_tables import CsvTables
from graph.importers.takeout.keep import Keep
from graph.importers.takeout.tasks import GoogleTasks
from graph.importers.talk.telegram import Telegram
from graph.importers.talk.whatsapp import WhatsApp
from graph.importers.travel.geojson import GeoJson
from graph.importers.travel.google_timeline import GoogleTimeline
from graph.importers.travel.gpx import Gpx
from graph.importers.vault.canvas import JsonCanvas
from graph.importers.vault.markdown import MarkdownVault
from graph.importers.web.bookmarks import Bookmarks
from graph.importers.web.opml import Opml
from graph.importers.web.syndication import FeedFile

_OF_FILES: tuple[Importer, ...] = (Photos(), Recordings(), Documents())


def _is_others(path: Path) -> bool:
    """Whether a file that lies among notes is more than an attachment of theirs."""
    return is_archive(path) or any(importer.identify(path) for importer in _OF_FILES)


IMPORTERS: tuple[Importer, ...] = (
    Maildir(),
    MarkdownVault(_is_others),
    JsonCanvas(),
    ICalendar(),
    VCard(),
    WhatsApp(),
    Telegram(),
    ChatGPT(),
    Claude(),
    Eml(),
    Mbox(),
    Keep(),
    GoogleTasks(),
    Bookmarks(),
    Opml(),
    FeedFile(),
    BibTex(),
    Ris(),
    CslJson(),
    AppleHealth(),
    Fhir(),
    Gpx(),
    GoogleTimeline(),
    GeoJson(),
    Ofx(),
    Qif(),
    Beancount(),
    CsvTables(),
    *_OF_FILES,
)
