-- What keeps the tables true whoever writes them: the program, a second program on the same server, or a person in psql.

-- devices.status is `busy` exactly when an active booking exists. Whatever is written there, the truth is stored.
CREATE FUNCTION device_status_is_the_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.status := CASE WHEN EXISTS (SELECT 1 FROM device_bookings b WHERE b.device_id = NEW.id AND b.status = 'active')
                     THEN 'busy' ELSE 'available' END::device_status;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER device_status_is_the_booking BEFORE INSERT OR UPDATE OF status ON devices
  FOR EACH ROW EXECUTE FUNCTION device_status_is_the_booking();
--> statement-breakpoint
-- Writing the status makes the trigger above look; it does so behind the device's row lock, so two writers cannot miss each other.
CREATE FUNCTION device_follows_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    UPDATE devices SET status = status WHERE id = NEW.device_id;
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.device_id <> NEW.device_id) THEN
    UPDATE devices SET status = status WHERE id = OLD.device_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER device_follows_new_booking AFTER INSERT ON device_bookings
  FOR EACH ROW WHEN (NEW.status = 'active') EXECUTE FUNCTION device_follows_booking();
--> statement-breakpoint
CREATE TRIGGER device_follows_changed_booking AFTER UPDATE ON device_bookings
  FOR EACH ROW WHEN (OLD.status = 'active' OR NEW.status = 'active') EXECUTE FUNCTION device_follows_booking();
--> statement-breakpoint
CREATE TRIGGER device_follows_deleted_booking AFTER DELETE ON device_bookings
  FOR EACH ROW WHEN (OLD.status = 'active') EXECUTE FUNCTION device_follows_booking();
--> statement-breakpoint
CREATE FUNCTION all_devices_follow_bookings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE devices SET status = status;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER devices_follow_emptied_bookings AFTER TRUNCATE ON device_bookings
  FOR EACH STATEMENT EXECUTE FUNCTION all_devices_follow_bookings();
--> statement-breakpoint

-- devices.queue_length counts the waiting entries; devices.queue_version grows with every change of the queue (the ETag of REST).
CREATE FUNCTION device_follows_queue() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed_device text;
BEGIN
  FOR changed_device IN SELECT DISTINCT device_id FROM changed ORDER BY device_id LOOP
    PERFORM 1 FROM devices WHERE id = changed_device FOR UPDATE;
    UPDATE devices
       SET queue_length = (SELECT count(*) FROM device_queue q WHERE q.device_id = changed_device AND q.status = 'waiting'),
           queue_version = queue_version + 1
     WHERE id = changed_device;
  END LOOP;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER device_follows_new_entries AFTER INSERT ON device_queue
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION device_follows_queue();
--> statement-breakpoint
CREATE TRIGGER device_follows_changed_entries AFTER UPDATE ON device_queue
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION device_follows_queue();
--> statement-breakpoint
CREATE TRIGGER device_follows_deleted_entries AFTER DELETE ON device_queue
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION device_follows_queue();
--> statement-breakpoint
CREATE FUNCTION all_devices_follow_queues() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE devices SET queue_length = 0, queue_version = queue_version + 1;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER devices_follow_emptied_queues AFTER TRUNCATE ON device_queue
  FOR EACH STATEMENT EXECUTE FUNCTION all_devices_follow_queues();
--> statement-breakpoint

-- A device that can be booked has no queue. The program's own commands keep this inside their transaction; when somebody else
-- leaves a free device with a queue (a DELETE in psql, say), the programs are told at the commit and book the head.
CREATE FUNCTION tell_stalled_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('lab_stalled', d.id) FROM devices d
    WHERE d.id = NEW.id AND d.queue_length > 0 AND d.status = 'available' AND d.mode = 'processing' AND d.connection = 'online';
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER tell_stalled_queue AFTER INSERT OR UPDATE ON devices DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.queue_length > 0 AND NEW.status = 'available' AND NEW.mode = 'processing' AND NEW.connection = 'online')
  EXECUTE FUNCTION tell_stalled_queue();
--> statement-breakpoint

-- The chain of events: each row's hash covers the row and the hash before it.
CREATE FUNCTION event_hash(
  previous text, id bigint, kind text, at timestamptz, actor text, operator text, device_id text, workflow_id text, data json
) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(json_build_array(
    previous, id, kind, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), actor, operator, device_id, workflow_id, data::text
  )::text, 'UTF8')), 'hex')
$$;
--> statement-breakpoint
-- Appends the events of one transaction, as its last statement. The advisory lock is held until the commit, so ids are in commit
-- order and a reader who resumes after an id misses nothing.
CREATE FUNCTION append_events(batch json, announce boolean) RETURNS SETOF events LANGUAGE plpgsql AS $$
DECLARE
  entry json;
  previous text;
  appended events;
BEGIN
  PERFORM pg_advisory_xact_lock(5001, 5002);
  SELECT e.hash INTO previous FROM events e ORDER BY e.id DESC LIMIT 1;
  FOR entry IN SELECT value FROM json_array_elements(batch) LOOP
    appended.id := nextval(pg_get_serial_sequence('events', 'id'));
    appended.kind := entry ->> 'kind';
    appended.at := (entry ->> 'at')::timestamptz(3);
    appended.actor := entry ->> 'actor';
    appended.operator := entry ->> 'operator';
    appended.device_id := entry ->> 'deviceId';
    appended.workflow_id := entry ->> 'workflowId';
    appended.data := entry -> 'data';
    appended.hash := event_hash(coalesce(previous, ''), appended.id, appended.kind, appended.at, appended.actor, appended.operator,
                                appended.device_id, appended.workflow_id, appended.data);
    INSERT INTO events OVERRIDING SYSTEM VALUE SELECT appended.*;
    previous := appended.hash;
    RETURN NEXT appended;
  END LOOP;
  IF announce THEN
    PERFORM pg_notify('lab_events', appended.id::text);
  END IF;
END $$;
--> statement-breakpoint
-- The first event whose hash does not fit, or null when the chain is whole.
CREATE FUNCTION first_broken_event() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT e.id
    FROM (SELECT *, lag(hash) OVER (ORDER BY id) AS previous FROM events) e
   WHERE e.hash <> event_hash(coalesce(e.previous, ''), e.id, e.kind, e.at, e.actor, e.operator, e.device_id, e.workflow_id, e.data)
   ORDER BY e.id LIMIT 1
$$;
