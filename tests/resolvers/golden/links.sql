SELECT
  JSON_OBJECT(
    'note': (
      SELECT
        JSON_OBJECT(
          'links': (
            SELECT
              JSON_OBJECT(
                'totalCount': (
                  SELECT
                    (
                      SELECT
                        COUNT(*)
                      FROM entity_links AS l11
                      JOIN records AS r12
                        ON r12.user_id = $1 AND r12.id = l11.target_id AND r12.deleted_at IS NULL
                      WHERE
                        l11.user_id = $1 AND l11.source_id = t1.id AND l11.deleted_at IS NULL
                    ) + (
                      SELECT
                        COUNT(*)
                      FROM entity_links AS l13
                      JOIN records AS r14
                        ON r14.user_id = $1 AND r14.id = l13.source_id AND r14.deleted_at IS NULL
                      WHERE
                        l13.user_id = $1
                        AND l13.target_id = t1.id
                        AND l13.deleted_at IS NULL
                        AND l13.source_id <> l13.target_id
                    )
                ),
                'edges': COALESCE(JSON_AGG(p8.c0), CAST('[]' AS JSON))
               RETURNING json)
            FROM (
              SELECT
                JSON_OBJECT(
                  'relation': s7.relation,
                  'direction': s7.direction,
                  'kind': UPPER(CAST(s7.kind AS TEXT)),
                  'weight': s7.weight,
                  'node': CASE s7.record_type
                    WHEN 'contact'
                    THEN (
                      SELECT
                        JSON_OBJECT(
                          '__typename': CAST('Contact' AS TEXT),
                          'label': s7.record_label,
                          'fn': t9."fn",
                          'kind': UPPER(TRANSLATE(CAST((
                            t9."kind"
                          ) AS TEXT), '- ', '__'))
                         RETURNING json)
                      FROM "contacts" AS t9
                      WHERE
                        t9.user_id = $1 AND t9.id = s7.record_id
                    )
                    WHEN 'place'
                    THEN (
                      SELECT
                        JSON_OBJECT(
                          '__typename': CAST('Place' AS TEXT),
                          'label': s7.record_label,
                          'lat': NULLIF(NULLIF(NULLIF(t10."lat", 'NaN'), 'Infinity'), '-Infinity'),
                          'lon': NULLIF(NULLIF(NULLIF(t10."lon", 'NaN'), 'Infinity'), '-Infinity')
                         RETURNING json)
                      FROM "places" AS t10
                      WHERE
                        t10.user_id = $1 AND t10.id = s7.record_id
                    )
                    ELSE JSON_OBJECT(
                      '__typename': REPLACE(INITCAP(REPLACE(s7.record_type, '_', ' ')), ' ', ''),
                      'label': s7.record_label
                     RETURNING json)
                  END
                 RETURNING json) AS c0
              FROM (
                SELECT
                  *
                FROM (
                  (
                    SELECT
                      l2.id,
                      l2.relation,
                      l2.kind,
                      l2.confidence,
                      l2.weight,
                      l2.created_at,
                      l2.properties,
                      l2.evidence,
                      'OUT' AS direction,
                      r3.type AS record_type,
                      r3.id AS record_id,
                      r3.label AS record_label,
                      r3.created_at AS record_created_at,
                      r3.updated_at AS record_updated_at,
                      r3.deleted_at AS record_deleted_at
                    FROM entity_links AS l2
                    JOIN records AS r3
                      ON r3.user_id = $1 AND r3.id = l2.target_id AND r3.deleted_at IS NULL
                    WHERE
                      l2.user_id = $1 AND l2.source_id = t1.id AND l2.deleted_at IS NULL
                    ORDER BY
                      l2.weight DESC,
                      l2.id
                    LIMIT CAST($3 AS INT)
                  )
                  UNION ALL
                  (
                    SELECT
                      l4.id,
                      l4.relation,
                      l4.kind,
                      l4.confidence,
                      l4.weight,
                      l4.created_at,
                      l4.properties,
                      l4.evidence,
                      'IN' AS direction,
                      r5.type AS record_type,
                      r5.id AS record_id,
                      r5.label AS record_label,
                      r5.created_at AS record_created_at,
                      r5.updated_at AS record_updated_at,
                      r5.deleted_at AS record_deleted_at
                    FROM entity_links AS l4
                    JOIN records AS r5
                      ON r5.user_id = $1 AND r5.id = l4.source_id AND r5.deleted_at IS NULL
                    WHERE
                      l4.user_id = $1
                      AND l4.target_id = t1.id
                      AND l4.deleted_at IS NULL
                      AND l4.source_id <> l4.target_id
                    ORDER BY
                      l4.weight DESC,
                      l4.id
                    LIMIT CAST($3 AS INT)
                  )
                ) AS u6
                WHERE
                  TRUE
                ORDER BY
                  u6.weight DESC,
                  u6.id
                LIMIT CAST($3 AS INT)
              ) AS s7
            ) AS p8
          )
         RETURNING json)
      FROM "notes" AS t1
      WHERE
        t1.user_id = $1 AND t1.id = CAST($2 AS UUID)
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
