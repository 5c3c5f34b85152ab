SELECT
  JSON_OBJECT(
    'note': (
      SELECT
        JSON_OBJECT(
          'history': (
            SELECT
              JSON_OBJECT('nodes': COALESCE(JSON_AGG(p5.c0), CAST('[]' AS JSON)) RETURNING json)
            FROM (
              SELECT
                JSON_OBJECT(
                  'seq': CAST(s4.seq AS TEXT),
                  'operation': UPPER(s4.operation),
                  'before': s4.before,
                  'origin': s4.origin,
                  'record': (
                    SELECT
                      JSON_OBJECT('label': s7.record_label RETURNING json)
                    FROM (
                      SELECT
                        r6.type AS record_type,
                        r6.id AS record_id,
                        r6.label AS record_label,
                        r6.created_at AS record_created_at,
                        r6.updated_at AS record_updated_at,
                        r6.deleted_at AS record_deleted_at
                      FROM records AS r6
                      WHERE
                        r6.user_id = $1 AND r6.id = s4."record_id"
                    ) AS s7
                  )
                 RETURNING json) AS c0
              FROM (
                SELECT
                  c2.*
                FROM change_log AS c2
                WHERE
                  c2.user_id = $1
                  AND c2.record_id = ANY(
                    ARRAY(SELECT
                      t1.id
                    UNION ALL
                    SELECT
                      m3.absorbed_id
                    FROM record_merges AS m3
                    WHERE
                      m3.user_id = $1 AND m3.current_id = t1.id AND m3.split_at IS NULL)
                  )
                ORDER BY
                  c2.seq DESC
                LIMIT CAST($3 AS INT)
              ) AS s4
            ) AS p5
          )
         RETURNING json)
      FROM "notes" AS t1
      WHERE
        t1.user_id = $1 AND t1.id = CAST($2 AS UUID)
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
