"""From a validated operation to a plan. Fragments, aliases, @skip and @include are graphql-core's own work."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues, get_argument_values

from graph.plan import nodes as plan
from resolvers.arguments import Arguments, bounds_of, source_of
from resolvers.meanings import (
    Cursor,
    Meaning,
    Meanings,
    OfRecord,
    OfSource,
    OneOf,
    OwnColumn,
    PointsAt,
    SameRow,
    SeveralOf,
    TheRecord,
)

Group = list[FieldDetails]


class Declined(Exception):
    """The operation asks for something that is not in the database: the loader path answers it."""


class Planner:
    """Plans one operation. `variables` are coerced, with slots where the values do not change the plan."""

    def __init__(
        self,
        schema: GraphQLSchema,
        meanings: Meanings,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._meanings = meanings
        self._operation = operation
        self._fragments = {name: FragmentDetails(node) for name, node in fragments.items()}
        self._variables = VariableValues({}, dict(variables))

    def roots(self) -> list[tuple[str, Meaning | None, Group, Arguments, GraphQLObjectType]]:
        """The root fields: key, meaning, field nodes, arguments, and the root type."""
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None
        collected = collect_fields(self._schema, self._fragments, self._variables, root, self._operation)
        return [
            (key, self._meanings.of(root.name, _name(group)), group, self.arguments(root, group), root)
            for key, group in collected.grouped_field_set.items()
        ]

    def query(self) -> tuple[plan.Field, ...]:
        """The plan of a query. Raises `Declined`, and `BadArgument` for arguments that are wrong in themselves."""
        return tuple(
            (key, self._root(meaning, group, arguments, root)) for key, meaning, group, arguments, root in self.roots()
        )

    def _root(self, meaning: Meaning | None, group: Group, arguments: Arguments, root: GraphQLObjectType) -> plan.Node:
        if _name(group) == "__typename":
            return plan.Constant(root.name)
        match meaning:
            case OneOf(entity):
                type_ = self.type_of(root, group)
                object_ = self.record(type_, group) if entity else self.any_record(group)
                return plan.One(entity, arguments["id"], object_)
            case SeveralOf():
                return plan.Several(_tuple(arguments["ids"]), self.any_record(group))
            case None:
                raise Declined
        return self._page(meaning, root, group, arguments)

    def arguments(self, parent: GraphQLObjectType, group: Group) -> Arguments:
        node = group[0].node
        definition = parent.fields.get(node.name.value)
        return get_argument_values(definition, node, self._variables) if definition else {}

    # Records

    def record(self, type_: Any, group: Group) -> plan.Object:
        """The fields of a record whose type is known."""
        entity = self._meanings.rows.get(type_.name)
        return plan.Object(entity, tuple(self._fields(type_, group, of_any=False)))

    def any_record(self, group: Group) -> plan.AnyObject:
        """The fields of a record of any type: once for each type that a fragment names, and once for all others."""
        named = sorted(self._named(group))
        types = {name: self._schema.type_map[name] for name in named}
        records = (name for name, entity in self._meanings.rows.items() if entity.kind == "entity")
        rest = next((name for name in records if name not in types), None)
        other = plan.Object(None, ())
        if rest is not None:
            other = plan.Object(None, tuple(self._fields(self._schema.type_map[rest], group, of_any=True)))
        arms = tuple(
            (
                self._meanings.rows[name].record_type,
                plan.Object(None, tuple(self._fields(type_, group, of_any=False, of_arm=True))),
            )
            for name, type_ in types.items()
        )
        return plan.AnyObject(other, arms)

    def _named(self, group: Group) -> set[str]:
        found: set[str] = set()
        pending = [details.node.selection_set for details in group if details.node.selection_set]
        seen: set[str] = set()
        while pending:
            for selection in pending.pop().selections:
                condition, inside = self._fragment(selection, seen)
                if condition in self._meanings.rows:
                    found.add(str(condition))
                if inside is not None:
                    pending.append(inside)
        return found

    def _fragment(self, selection: Any, seen: set[str]) -> tuple[str | None, SelectionSetNode | None]:
        if isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition
            return condition.name.value if condition else None, selection.selection_set
        if isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
            seen.add(selection.name.value)
            definition = self._fragments[selection.name.value].definition
            return definition.type_condition.name.value, definition.selection_set
        return None, None

    def _fields(self, type_: Any, group: Group, *, of_any: bool, of_arm: bool = False) -> Iterator[plan.Field]:
        for key, fields in self._collected(type_, group):
            name = _name(fields)
            if name == "__typename":
                yield key, plan.RecordValue("typename") if of_any else plan.Constant(type_.name)
                continue
            shared = self._meanings.of("Record", name) if of_any or of_arm else None
            meaning = shared or self._meanings.of(type_.name, name)
            yield key, self._field(meaning, type_, fields)

    def _field(self, meaning: Meaning | None, type_: Any, group: Group) -> plan.Node:
        match meaning:
            case OwnColumn(column):
                return plan.ColumnValue(column.name, column)
            case OfRecord(name):
                return plan.RecordValue(name)
            case OfSource(name):
                return plan.SourceValue(name)
            case Cursor():
                return plan.CursorValue()
            case PointsAt(None, column):
                return plan.ToRecord(column, self.any_record(group))
            case PointsAt(entity, column):
                assert entity is not None
                return plan.ToOne(entity, column, self.record(self.type_of(type_, group), group))
            case SameRow():
                return plan.Rows(tuple(self._fields(self.type_of(type_, group), group, of_any=False)))
            case TheRecord():
                return self._item(self.type_of(type_, group), group)
            case None:
                raise Declined
        return self._page(meaning, type_, group, self.arguments(type_, group))

    def _collected(self, type_: Any, group: Group) -> Iterator[tuple[str, Group]]:
        collected = collect_subfields(self._schema, self._fragments, self._variables, self._operation, type_, group)
        yield from collected.grouped_field_set.items()

    def type_of(self, parent: Any, group: Group) -> Any:
        return get_named_type(parent.fields[_name(group)].type)

    # Lists

    def _page(self, meaning: Meaning, parent: Any, group: Group, arguments: Arguments) -> plan.Page:
        source = source_of(self._meanings, meaning, arguments)
        connection = self.type_of(parent, group)
        outputs = tuple((key, self._output(connection, fields)) for key, fields in self._collected(connection, group))
        return plan.Page(source, bounds_of(arguments), outputs)

    def _output(self, connection: Any, group: Group) -> plan.Output:
        match _name(group):
            case "edges":
                edge = self.type_of(connection, group)
                return plan.Items(plan.Rows(tuple(self._fields(edge, group, of_any=False))))
            case "nodes":
                return plan.Items(self._item(self.type_of(connection, group), group))
            case "pageInfo":
                info = self.type_of(connection, group)
                return plan.PageInfo(tuple((key, _name(fields)) for key, fields in self._collected(info, group)))
            case "totalCount":
                return plan.TotalCount()
            case "notices":
                return plan.Notices()
            case "pushedOut":
                return plan.PushedOut(self._item(self.type_of(connection, group), group))
        return plan.Constant(connection.name)

    def _item(self, type_: Any, group: Group) -> plan.Node:
        if isinstance(type_, GraphQLInterfaceType):
            return self.any_record(group)
        if type_.name in self._meanings.rows:
            return self.record(type_, group)
        return plan.Rows(tuple(self._fields(type_, group, of_any=False)))


def _name(group: Group) -> str:
    node: FieldNode = group[0].node
    return node.name.value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
