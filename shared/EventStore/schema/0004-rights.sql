-- The application role adds to history and reads it; it cannot change or remove any of it.
grant usage on schema public to ${app};
grant select, insert on mt_events, handled_requests, read_log to ${app};
grant select, insert on mt_streams to ${app};
grant update (version, timestamp) on mt_streams to ${app};
grant usage, select on sequence mt_events_sequence to ${app};
grant select, insert, update on mt_event_progression, reservations, counters to ${app};
grant select, insert, update, delete on deadlines, case_list, case_people, person_vault to ${app};
grant select on mt_high_water_skips to ${app};
grant execute on function store_append to ${app};
