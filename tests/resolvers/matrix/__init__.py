"""What must hold for a record type, whatever it is: the checks that `test_matrix` and `test_own_tables` run on each one."""

from tests.resolvers.matrix.lists import Lists
from tests.resolvers.matrix.living import Living
from tests.resolvers.matrix.series import Series
from tests.resolvers.matrix.strangers import Strangers
from tests.resolvers.matrix.surroundings import Surroundings


class Matrix(Living, Lists, Series, Surroundings, Strangers):
    """Runs the checks of one record type at a time in a world."""
