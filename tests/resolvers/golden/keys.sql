SELECT
  JSON_OBJECT(
    'notebooks': (
      SELECT
        JSON_OBJECT('nodes': COALESCE(JSON_AGG(p3.c0), CAST('[]' AS JSON)) RETURNING json)
      FROM (
        SELECT
          JSON_OBJECT(
            'title': s2."title",
            'parent': (
              SELECT
                JSON_OBJECT('title': t4."title" RETURNING json)
              FROM "notebooks" AS t4
              WHERE
                t4.user_id = $1 AND t4.id = s2."parent_id" AND t4.deleted_at IS NULL
            ),
            'notes': (
              SELECT
                JSON_OBJECT(
                  'totalCount': (
                    SELECT
                      COUNT(*)
                    FROM "notes" AS t9
                    WHERE
                      t9.user_id = $1 AND t9."notebook_id" = s2.id AND t9.deleted_at IS NULL
                  ),
                  'nodes': COALESCE(JSON_AGG(p7.c0), CAST('[]' AS JSON))
                 RETURNING json)
              FROM (
                SELECT
                  JSON_OBJECT(
                    'title': s6."title",
                    'notebook': (
                      SELECT
                        JSON_OBJECT('title': t8."title" RETURNING json)
                      FROM "notebooks" AS t8
                      WHERE
                        t8.user_id = $1 AND t8.id = s6."notebook_id" AND t8.deleted_at IS NULL
                    )
                   RETURNING json) AS c0
                FROM (
                  SELECT
                    t5.*
                  FROM "notes" AS t5
                  WHERE
                    t5.user_id = $1 AND t5."notebook_id" = s2.id AND t5.deleted_at IS NULL
                  ORDER BY
                    t5."title",
                    t5."id"
                  LIMIT CAST($3 AS INT)
                ) AS s6
              ) AS p7
            )
           RETURNING json) AS c0
        FROM (
          SELECT
            t1.*
          FROM "notebooks" AS t1
          WHERE
            t1.user_id = $1 AND t1.deleted_at IS NULL
          ORDER BY
            t1."title",
            t1."id"
          LIMIT CAST($2 AS INT)
        ) AS s2
      ) AS p3
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
