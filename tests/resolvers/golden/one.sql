SELECT
  JSON_OBJECT(
    'note': (
      SELECT
        JSON_OBJECT(
          '__typename': CAST('Note' AS TEXT),
          'id': t1."id",
          'recordType': (
            SELECT
              UPPER(r2.type)
            FROM records AS r2
            WHERE
              r2.user_id = $1 AND r2.id = t1.id
          ),
          'label': (
            SELECT
              r3.label
            FROM records AS r3
            WHERE
              r3.user_id = $1 AND r3.id = t1.id
          ),
          'title': t1."title",
          'content': t1."content",
          'aliases': t1."aliases"
         RETURNING json)
      FROM "notes" AS t1
      WHERE
        t1.user_id = $1 AND t1.id = CAST($2 AS UUID)
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
