-- What of an operation's parameters decides how long it takes; shared/domain/duration.ts says the same, a test holds the two together.
CREATE FUNCTION duration_signature(parameters json) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT left(coalesce(string_agg(key || '=' || value::text, '&' ORDER BY key COLLATE "C"), ''), 200)
    FROM json_each(parameters)
   WHERE json_typeof(value) = 'number'
     AND key ~ '^([a-z0-9]+_)*(duration|hours|minutes|seconds|volume|ul|ml|wells|cycles|repeats|count)(_[a-z0-9]+)*$'
$$;
--> statement-breakpoint
-- Fills operation_durations from the history: of each operation the newest logs, as many as asked for, found by the index. For the demo
-- lab, and for a database that is older than the table. A JSON text with \u may hold what no text can (NUL, half a pair): not looked at.
CREATE FUNCTION learn_durations(newest integer) RETURNS void LANGUAGE sql AS $$
  WITH RECURSIVE operations AS (
    SELECT min(operation) AS operation FROM execution_logs
    UNION ALL
    SELECT (SELECT min(l.operation) FROM execution_logs l WHERE l.operation > o.operation) FROM operations o WHERE o.operation IS NOT NULL
  ), completed AS (
    SELECT d.type, l.operation, l.duration_ms * l.speed / 1000 AS seconds, l.started_at, l.id, l.completed_at,
           CASE WHEN l.parameters::text LIKE '%\\u%' THEN '' ELSE duration_signature(l.parameters) END AS exact
      FROM operations o
     CROSS JOIN LATERAL (SELECT * FROM execution_logs e WHERE e.operation = o.operation ORDER BY e.started_at DESC, e.id DESC LIMIT newest) l
      JOIN devices d ON d.id = l.device_id
     WHERE l.status = 'completed' AND l.speed > 0 AND l.duration_ms IS NOT NULL
  ), latest AS (
    SELECT c.*, s.signature, row_number() OVER (PARTITION BY c.type, c.operation, s.signature ORDER BY c.started_at DESC, c.id DESC) AS place
      FROM completed c
     CROSS JOIN LATERAL unnest(CASE WHEN c.operation = 'incubate' AND c.exact ~ '(^|&)(minutes|seconds)='
                                    THEN ARRAY[c.exact] ELSE ARRAY['*', c.exact] END) AS s(signature)
  )
  INSERT INTO operation_durations (device_type, operation, signature, seconds, p50, p90, updated_at)
  SELECT type, operation, signature, array_agg(seconds ORDER BY started_at, id), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
         percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds), max(completed_at)
    FROM latest WHERE place <= 200
   GROUP BY type, operation, signature
  ON CONFLICT DO NOTHING
$$;
--> statement-breakpoint
SELECT learn_durations(2000);
