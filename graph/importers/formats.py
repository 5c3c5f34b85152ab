"""All formats that can be imported, in the order in which a file or a directory is offered to them."""

from graph.importers.base import Importer
from graph.importers.calendars.icalendar import ICalendar
from graph.importers.papers.documents import Documents
from graph.importers.people.vcard import VCard
from graph.importers.pictures.photos import Photos
from graph.importers.pictures.recordings import Recordings
from graph.importers.takeout.keep import Keep
from graph.importers.takeout.tasks import GoogleTasks
from graph.importers.vault.markdown import MarkdownVault

IMPORTERS: tuple[Importer, ...] = (
    MarkdownVault(),
    ICalendar(),
    VCard(),
    Keep(),
    GoogleTasks(),
    Photos(),
    Recordings(),
    Documents(),
)
