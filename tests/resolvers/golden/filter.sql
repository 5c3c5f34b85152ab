SELECT
  JSON_OBJECT(
    'notes': (
      SELECT
        JSON_OBJECT('edges': COALESCE(JSON_AGG(p4.c0 ORDER BY p4.n DESC), CAST('[]' AS JSON)) RETURNING json)
      FROM (
        SELECT
          JSON_OBJECT('node': JSON_OBJECT('title': s3."title" RETURNING json) RETURNING json) AS c0,
          ROW_NUMBER() OVER () AS n
        FROM (
          SELECT
            t1.*
          FROM "notes" AS t1
          WHERE
            t1.user_id = $1
            AND t1.deleted_at IS NULL
            AND (
              (
                t1."title" ILIKE CAST($2 AS TEXT)
              )
              OR (
                EXISTS(
                  SELECT
                    1
                  FROM "notebooks" AS f2
                  WHERE
                    f2.user_id = $1
                    AND f2.id = t1."notebook_id"
                    AND f2.deleted_at IS NULL
                    AND f2."title" = CAST($3 AS TEXT)
                )
              )
            )
            AND (
              NOT (
                t1."pinned" = CAST((
                  CAST($4 AS TEXT)
                ) AS BOOLEAN)
              ) IS TRUE
            )
          ORDER BY
            t1."title",
            t1."id"
          LIMIT CAST($5 AS INT)
        ) AS s3
      ) AS p4
    )
   RETURNING json)
WHERE
  CAST($1 AS UUID) IS NOT NULL;
