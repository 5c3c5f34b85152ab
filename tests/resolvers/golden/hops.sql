SELECT
  JSON_OBJECT(
    'contact': (
      SELECT
        JSON_OBJECT(
          'fn': t1."fn",
          'links': (
            SELECT
              JSON_OBJECT('nodes': COALESCE(JSON_AGG(p5.c0), CAST('[]' AS JSON)) RETURNING json)
            FROM (
              SELECT
                CASE s4.record_type
                  WHEN 'note'
                  THEN (
                    SELECT
                      JSON_OBJECT('label': s4.record_label, 'title': t14."title", 'links': j6.j RETURNING json)
                    FROM "notes" AS t14
                    WHERE
                      t14.user_id = $1 AND t14.id = s4.record_id
                  )
                  ELSE JSON_OBJECT('label': s4.record_label, 'links': j6.j RETURNING json)
                END AS c0
              FROM (
                SELECT
                  l2.id,
                  l2.relation,
                  l2.kind,
                  l2.confidence,
                  l2.weight,
                  l2.created_at,
                  l2.properties,
                  l2.evidence,
                  'IN' AS direction,
                  r3.type AS record_type,
                  r3.id AS record_id,
                  r3.label AS record_label,
                  r3.created_at AS record_created_at,
                  r3.updated_at AS record_updated_at,
                  r3.deleted_at AS record_deleted_at
                FROM entity_links AS l2
                JOIN records AS r3
                  ON r3.user_id = $1 AND r3.id = l2.source_id AND r3.deleted_at IS NULL
                WHERE
                  l2.user_id = $1 AND l2.target_id = t1.id AND l2.deleted_at IS NULL
                ORDER BY
                  l2.weight DESC,
                  l2.id
                LIMIT CAST($3 AS INT)
              ) AS s4
              CROSS JOIN LATERAL (
                SELECT
                  (
                    SELECT
                      JSON_OBJECT('nodes': COALESCE(JSON_AGG(p13.c0), CAST('[]' AS JSON)) RETURNING json)
                    FROM (
                      SELECT
                        JSON_OBJECT('label': s12.record_label RETURNING json) AS c0
                      FROM (
                        SELECT
                          *
                        FROM (
                          (
                            SELECT
                              l7.id,
                              l7.relation,
                              l7.kind,
                              l7.confidence,
                              l7.weight,
                              l7.created_at,
                              l7.properties,
                              l7.evidence,
                              'OUT' AS direction,
                              r8.type AS record_type,
                              r8.id AS record_id,
                              r8.label AS record_label,
                              r8.created_at AS record_created_at,
                              r8.updated_at AS record_updated_at,
                              r8.deleted_at AS record_deleted_at
                            FROM entity_links AS l7
                            JOIN records AS r8
                              ON r8.user_id = $1 AND r8.id = l7.target_id AND r8.deleted_at IS NULL
                            WHERE
                              l7.user_id = $1
                              AND l7.source_id = s4.record_id
                              AND l7.deleted_at IS NULL
                              AND l7.relation = ANY(
                                CAST((
                                  CAST($4 AS TEXT[])
                                ) AS TEXT[])
                              )
                            ORDER BY
                              l7.weight DESC,
                              l7.id
                            LIMIT CAST($3 AS INT)
                          )
                          UNION ALL
                          (
                            SELECT
                              l9.id,
                              l9.relation,
                              l9.kind,
                              l9.confidence,
                              l9.weight,
                              l9.created_at,
                              l9.properties,
                              l9.evidence,
                              'IN' AS direction,
                              r10.type AS record_type,
                              r10.id AS record_id,
                              r10.label AS record_label,
                              r10.created_at AS record_created_at,
                              r10.updated_at AS record_updated_at,
                              r10.deleted_at AS record_deleted_at
                            FROM entity_links AS l9
                            JOIN records AS r10
                              ON r10.user_id = $1 AND r10.id = l9.source_id AND r10.deleted_at IS NULL
                            WHERE
                              l9.user_id = $1
                              AND l9.target_id = s4.record_id
                              AND l9.deleted_at IS NULL
                              AND l9.source_id <> l9.target_id
                              AND l9.relation = ANY(
                                CAST((
                                  CAST($5 AS TEXT[])
                                ) AS TEXT[])
                              )
                            ORDER BY
                              l9.weight DESC,
                              l9.id
                            LIMIT CAST($3 AS INT)
                          )
                        ) AS u11
                        WHERE
                          TRUE
                        ORDER BY
                          u11.weight DESC,
                          u11.id
                        LIMIT CAST($3 AS INT)
                      ) AS s12
                    ) AS p13
                  ) AS j
                OFFSET 0
              ) AS j6
            ) AS p5
          )
         RETURNING json)
      FROM "contacts" AS t1
      WHERE
        t1.user_id = $1 AND t1.id = CAST($2 AS UUID)
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
