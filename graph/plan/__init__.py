"""Plans in, SQL out. Pure: nothing here knows GraphQL, a connection, or a value that a request brings."""
