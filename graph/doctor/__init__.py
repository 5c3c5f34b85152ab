"""Whether a database is what its declaration says, and its derived tables what its records say; and how to mend it."""

from graph.doctor.bytes import examine_bytes
from graph.doctor.examination import Census, census, examine, mend, versions
from graph.doctor.findings import Finding

__all__ = ["Census", "Finding", "census", "examine", "examine_bytes", "mend", "versions"]
