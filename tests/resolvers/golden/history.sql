SELECT
  JSON_OBJECT(
    'note': (
      SELECT
        JSON_OBJECT(
          'history': (
            SELECT
              JSON_OBJECT('nodes': COALESCE(JSON_AGG(p4.c0), CAST('[]' AS JSON)) RETURNING json)
            FROM (
              SELECT
                JSON_OBJECT(
                  'seq': CAST(s3.seq AS TEXT),
                  'operation': UPPER(s3.operation),
                  'before': s3.before,
                  'origin': s3.origin,
                  'record': (
                    SELECT
                      JSON_OBJECT('label': s6.record_label RETURNING json)
                    FROM (
                      SELECT
                        r5.type AS record_type,
                        r5.id AS record_id,
                        r5.label AS record_label,
                        r5.created_at AS record_created_at,
                        r5.updated_at AS record_updated_at,
                        r5.deleted_at AS record_deleted_at
                      FROM records AS r5
                      WHERE
                        r5.user_id = $1 AND r5.id = s3."record_id"
                    ) AS s6
                  )
                 RETURNING json) AS c0
              FROM (
                SELECT
                  c2.*
                FROM change_log AS c2
                WHERE
                  c2.user_id = $1 AND c2.record_id = t1.id
                ORDER BY
                  c2.seq DESC
                LIMIT CAST($3 AS INT)
              ) AS s3
            ) AS p4
          )
         RETURNING json)
      FROM "notes" AS t1
      WHERE
        t1.user_id = $1 AND t1.id = CAST($2 AS UUID)
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
