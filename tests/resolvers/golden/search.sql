SELECT
  JSON_OBJECT(
    'search': (
      SELECT
        JSON_OBJECT(
          'totalCount': (
            SELECT
              COUNT(*)
            FROM (
              SELECT
                h7.*,
                DATE_TRUNC('MINUTE', CURRENT_TIMESTAMP) AS moment,
                COALESCE(CAST(NULL AS TIMESTAMPTZ), (
                  SELECT
                    LAST_CHANGE_AT()
                )) AS as_of
              FROM SEARCH_RECORDS(
                CAST($9 AS TEXT),
                'HYBRID',
                CAST($10 AS UUID),
                CAST(CAST($11 AS TEXT) AS VECTOR),
                CAST($12 AS REAL),
                CAST((
                  CAST($14 AS TEXT[])
                ) AS TEXT[]),
                NULL,
                NULL,
                NULL,
                CAST($13 AS DOUBLE PRECISION),
                DATE_TRUNC('MINUTE', CURRENT_TIMESTAMP),
                CAST(NULL AS TIMESTAMPTZ),
                FALSE
              ) AS h7
            ) AS h8
          ),
          'edges': COALESCE(JSON_AGG(p6.c0), CAST('[]' AS JSON))
         RETURNING json)
      FROM (
        SELECT
          JSON_OBJECT(
            'snippet': CASE
              WHEN s5.lexical_rank IS NOT NULL
              THEN SNIPPET(s5.record_id, s5.chunk, s5.words)
              ELSE COALESCE(PASSAGE(s5.record_id, s5.passage), '')
            END,
            'node': JSON_OBJECT('recordType': UPPER(s5.record_type), 'label': s5.record_label RETURNING json)
           RETURNING json) AS c0
        FROM (
          SELECT
            b3.*,
            r4.type AS record_type,
            r4.id AS record_id,
            r4.label AS record_label,
            r4.created_at AS record_created_at,
            r4.updated_at AS record_updated_at,
            r4.deleted_at AS record_deleted_at
          FROM (
            SELECT
              h1.*
            FROM (
              SELECT
                h2.*,
                DATE_TRUNC('MINUTE', CURRENT_TIMESTAMP) AS moment,
                COALESCE(CAST(NULL AS TIMESTAMPTZ), (
                  SELECT
                    LAST_CHANGE_AT()
                )) AS as_of
              FROM SEARCH_RECORDS(
                CAST($3 AS TEXT),
                'HYBRID',
                CAST($4 AS UUID),
                CAST(CAST($5 AS TEXT) AS VECTOR),
                CAST($6 AS REAL),
                CAST((
                  CAST($8 AS TEXT[])
                ) AS TEXT[]),
                NULL,
                NULL,
                NULL,
                CAST($7 AS DOUBLE PRECISION),
                DATE_TRUNC('MINUTE', CURRENT_TIMESTAMP),
                CAST(NULL AS TIMESTAMPTZ),
                CAST($2 AS INT) >= 1000
              ) AS h2
            ) AS h1
            WHERE
              TRUE
            ORDER BY
              h1.rank,
              h1.moment,
              h1.as_of
            LIMIT CAST($2 AS INT)
          ) AS b3
          JOIN records AS r4
            ON r4.user_id = $1 AND r4.id = b3.id
          ORDER BY
            b3.rank,
            b3.moment,
            b3.as_of
        ) AS s5
      ) AS p6
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
