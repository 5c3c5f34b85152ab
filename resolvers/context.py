"""What one request carries to its resolvers."""

from dataclasses import dataclass
from uuid import UUID

from graph.service import Service
from resolvers.loaders import Loaders


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, or an agent for them; the house, and the loaders that gather this request's readings."""

    user: UUID
    service: Service
    loaders: Loaders
    is_agent: bool = False
