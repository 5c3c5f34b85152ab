"""Heat: which records matter now. Counts how records are come upon, and says what that amounts to.

The sums are the database's (`schema_sql/system/84_heat.sql`); here is what brings it the accesses.
"""

from graph.heat.heat import Access, Heat
from graph.heat.tiers import Explanation, Part
from graph.heat.warmer import Warmer

__all__ = ["Access", "Explanation", "Heat", "Part", "Warmer"]
