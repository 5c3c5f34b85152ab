SELECT
  JSON_OBJECT(
    'node': (
      SELECT
        CASE s2.record_type
          WHEN 'contact'
          THEN (
            SELECT
              JSON_OBJECT(
                'id': s2.record_id,
                'label': s2.record_label,
                'recordType': UPPER(s2.record_type),
                'fn': t3."fn"
               RETURNING json)
            FROM "contacts" AS t3
            WHERE
              t3.user_id = $1 AND t3.id = s2.record_id
          )
          ELSE JSON_OBJECT('id': s2.record_id, 'label': s2.record_label, 'recordType': UPPER(s2.record_type) RETURNING json)
        END
      FROM (
        SELECT
          r1.type AS record_type,
          r1.id AS record_id,
          r1.label AS record_label,
          r1.created_at AS record_created_at,
          r1.updated_at AS record_updated_at,
          r1.deleted_at AS record_deleted_at
        FROM records AS r1
        WHERE
          r1.user_id = $1 AND r1.id = CAST($2 AS UUID)
      ) AS s2
    ),
    'nodes': (
      SELECT
        COALESCE(
          JSON_AGG(
            CASE
              WHEN s5.record_id IS NOT NULL
              THEN JSON_OBJECT('label': s5.record_label RETURNING json)
            END ORDER BY s5.o
          ),
          CAST('[]' AS JSON)
        )
      FROM (
        SELECT
          n6.o,
          r4.type AS record_type,
          r4.id AS record_id,
          r4.label AS record_label,
          r4.created_at AS record_created_at,
          r4.updated_at AS record_updated_at,
          r4.deleted_at AS record_deleted_at
        FROM UNNEST(CAST($3 AS UUID[])) WITH ORDINALITY AS n6(id, o)
        LEFT JOIN records AS r4
          ON r4.user_id = $1 AND r4.id = n6.id
      ) AS s5
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
