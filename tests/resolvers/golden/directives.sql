SELECT
  JSON_OBJECT(
    'a': (
      SELECT
        JSON_OBJECT('nodes': COALESCE(JSON_AGG(p3.c0), CAST('[]' AS JSON)) RETURNING json)
      FROM (
        SELECT
          JSON_OBJECT('heading': s2."title", 'content': s2."content" RETURNING json) AS c0
        FROM (
          SELECT
            t1.*
          FROM "notes" AS t1
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
