SELECT
  JSON_OBJECT(
    'search': (
      SELECT
        JSON_OBJECT(
          'totalCount': (
            SELECT
              COUNT(*)
            FROM LEXICAL_MATCHES(CAST($6 AS TEXT), CAST((
              CAST($5 AS TEXT[])
            ) AS TEXT[]), NULL, NULL)
          ),
          'edges': COALESCE(JSON_AGG(p5.c0), CAST('[]' AS JSON))
         RETURNING json)
      FROM (
        SELECT
          JSON_OBJECT(
            'snippet': SNIPPET(s4.record_id, s4.chunk, s4.words),
            'node': JSON_OBJECT('recordType': UPPER(s4.record_type), 'label': s4.record_label RETURNING json)
           RETURNING json) AS c0
        FROM (
          SELECT
            b3.*,
            r2.type AS record_type,
            r2.id AS record_id,
            r2.label AS record_label,
            r2.created_at AS record_created_at,
            r2.updated_at AS record_updated_at,
            r2.deleted_at AS record_deleted_at
          FROM (
            SELECT
              h1.*
            FROM SEARCH_LEXICAL(CAST($3 AS TEXT), CAST((
              CAST($2 AS TEXT[])
            ) AS TEXT[]), NULL, NULL) AS h1
            WHERE
              TRUE
            ORDER BY
              h1.score DESC,
              h1.id
            LIMIT CAST($4 AS INT)
          ) AS b3
          JOIN records AS r2
            ON r2.user_id = $1 AND r2.id = b3.id
          ORDER BY
            b3.score DESC,
            b3.id
        ) AS s4
      ) AS p5
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
