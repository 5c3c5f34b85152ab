"""All formats that a part of a life can leave in."""

from graph.exporters.base import Exporter

EXPORTERS: tuple[Exporter, ...] = ()
