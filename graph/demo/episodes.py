"""What happened to Nora in more than one domain at once: her journeys. Mail, calendar, bank, photos, tracks and diary
all tell these same ones."""

from dataclasses import dataclass

from graph.demo.life import at, on


@dataclass(frozen=True, slots=True)
class Leg:
    """One ride or flight: local times where it starts and where it ends. `event` is its label in life.ics, if there."""

    kind: str
    number: str
    departs: str
    arrives: str
    origin: str
    goal: str
    seat: str = ""
    price: str = "0"
    event: str = ""
    status: str = "confirmed"

    @property
    def carrier(self) -> str:
        return "llevant-air" if self.kind == "flight" else "ferrocarriles"

    @property
    def start(self) -> str:
        return at(self.departs, ZONES.get(self.origin, "Europe/Madrid"))

    @property
    def end(self) -> str:
        return at(self.arrives, ZONES.get(self.goal, "Europe/Madrid"))


@dataclass(frozen=True, slots=True)
class Sight:
    """A photo: on which day of the journey, when, what it shows and where."""

    day: int
    time: str
    title: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Trip:
    """A journey. `told` is the diary's text, `letter` what a friend answers and `chat` who said what on the way.

    `bought` is when the tickets were, if not long before; `after` says that the letters are of the days after it.
    """

    key: str
    name: str
    start: str
    days: int
    place: str
    purpose: str
    friend: str
    legs: tuple[Leg, ...]
    sights: tuple[Sight, ...]
    told: str
    letter: str
    chat: tuple[tuple[str, str], ...]
    hotel: str = ""
    nightly: str = "0"
    table: str = ""
    bought: str = ""
    after: bool = False

    @property
    def end(self) -> str:
        return on(self.start, self.days - 1)

    @property
    def booked(self) -> str:
        """The evening on which the tickets were bought."""
        return at(self.bought or f"{on(self.start, -40)} 21:10")

    @property
    def code(self) -> str:
        """The booking number that mail, ticket and bank show."""
        return f"{self.key[:3].upper()}{self.start[2:4]}{self.start[5:7]}"

    @property
    def zone(self) -> str:
        return ZONES.get(self.place, "Europe/Madrid")


ZONES = {
    "lis": "Europe/Lisbon",
    "lisbon": "Europe/Lisbon",
    "pdl": "Atlantic/Azores",
    "azores": "Atlantic/Azores",
    "ham": "Europe/Berlin",
    "hamburg": "Europe/Berlin",
    "kiel": "Europe/Berlin",
    "copenhagen": "Europe/Copenhagen",
    "aarhus": "Europe/Copenhagen",
    "paris": "Europe/Paris",
}
"""The zones of places outside Spain's."""
