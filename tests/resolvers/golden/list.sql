SELECT
  JSON_OBJECT(
    'notes': (
      SELECT
        JSON_OBJECT(
          'totalCount': (
            SELECT
              COUNT(*)
            FROM "notes" AS t5
            WHERE
              t5.user_id = $1 AND t5.deleted_at IS NULL
          ),
          'nodes': COALESCE(
            JSON_AGG(p3.c0 ORDER BY p3.n) FILTER(WHERE
              p3.n <= CAST($2 AS INT)),
            CAST('[]' AS JSON)
          ),
          'pageInfo': JSON_OBJECT('hasNextPage': COALESCE(MAX(p3.n) > CAST($2 AS INT), FALSE) RETURNING json)
         RETURNING json)
      FROM (
        SELECT
          JSON_OBJECT(
            'title': s2."title",
            'pinned': s2."pinned",
            'notebook': (
              SELECT
                JSON_OBJECT('title': t4."title" RETURNING json)
              FROM "notebooks" AS t4
              WHERE
                t4.user_id = $1 AND t4.id = s2."notebook_id" AND t4.deleted_at IS NULL
            )
           RETURNING json) AS c0,
          ROW_NUMBER() OVER () AS n,
          s2."created_at" AS k0,
          s2."id" AS k1
        FROM (
          SELECT
            t1.*
          FROM "notes" AS t1
          WHERE
            t1.user_id = $1 AND t1.deleted_at IS NULL
          ORDER BY
            t1."created_at" DESC,
            t1."id" DESC
          LIMIT CAST($2 AS INT) + 1
        ) AS s2
      ) AS p3
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
