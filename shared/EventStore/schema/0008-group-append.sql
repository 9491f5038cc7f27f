-- Appending for many commands of many callers at once. What stands in the way of some is told by name (the message is a
-- JSON array of rows), so that the others can go on without them. SQLSTATEs: CA412 streams that moved on, CA410 requests
-- carried out before, CA409 claims held (place among those asked for, holder: what is
-- claimed may be a person's, and errors are logged), CA413 a reader's position. Numbers are drawn last: whatever
-- is refused draws none and leaves no gap.
drop function store_append;

-- What a list needs of a stream beside its state stands in mt_streams; a row that a fact does not change is not written.
alter table case_list drop column version, drop column at;

create function store_append(
  s_id text[], s_type text[], s_expected bigint[], s_next bigint[], s_at timestamptz,
  e_stream text[], e_version bigint[], e_id uuid[], e_data jsonb[], e_type text[], e_clr text[],
  e_correlation text[], e_causation text[], e_headers jsonb[], e_user text[],
  h_request text[], h_body bytea[], h_stream text[], h_since bigint[], h_version bigint[],
  r_kind text[], r_key text[], r_holder text[], r_from date[],
  x_kind text[], x_key text[], x_holder text[], x_last date[],
  d_stream text[], d_kind text[], d_due date[], d_armed boolean[],
  n_stream text[], n_kind text[],
  p_name text, p_floor bigint, p_ceiling bigint
) returns void language plpgsql
-- An index lookup for each name, in the order given, whatever is believed of a table that grows: no plan ever flips, and
-- two groups take their locks in one order.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  done integer;
  opened integer := 0;
begin
  if p_name is not null then
    if p_floor = 0 then
      insert into mt_event_progression (name, last_seq_id, last_updated) values (p_name, p_ceiling, s_at)
      on conflict (name) do update set last_seq_id = p_ceiling, last_updated = s_at where mt_event_progression.last_seq_id = 0;
    else
      update mt_event_progression set last_seq_id = p_ceiling, last_updated = s_at where name = p_name and last_seq_id = p_floor;
    end if;
    if not found then
      raise exception '[]' using errcode = 'CA413';
    end if;
  end if;

  if cardinality(s_id) > 0 then
    update mt_streams s set version = n.next, timestamp = s_at
    from unnest(s_id, s_expected, s_next) as n (id, expected, next)
    where s.id = n.id and s.version = n.expected;
    get diagnostics done = row_count;
    if done < cardinality(s_id) then
      insert into mt_streams (id, type, version, timestamp, created)
      select id, type, next, s_at, s_at from unnest(s_id, s_type, s_expected, s_next) as n (id, type, expected, next) where expected = 0
      on conflict do nothing;
      get diagnostics opened = row_count;
    end if;
    if done + opened < cardinality(s_id) then
      raise exception '%', (
        select json_agg(json_build_array(n.id)) from unnest(s_id) as n (id)
        where not exists (select from mt_streams s where s.id = n.id and s.xmin = pg_current_xact_id()::xid)) using errcode = 'CA412';
    end if;
  end if;

  if cardinality(h_request) > 0 then
    insert into handled_requests (request, body, stream_id, since, version, at)
    select request, body, stream, since, version, s_at from unnest(h_request, h_body, h_stream, h_since, h_version) as h (request, body, stream, since, version)
    on conflict do nothing;
    get diagnostics done = row_count;
    if done < cardinality(h_request) then
      raise exception '%', (
        select json_agg(json_build_array(n.request)) from unnest(h_request) as n (request)
        where not exists (select from handled_requests h where h.request = n.request and h.xmin = pg_current_xact_id()::xid)) using errcode = 'CA410';
    end if;
  end if;

  if cardinality(x_kind) > 0 then
    update reservations r set last_day = x.last
    from unnest(x_kind, x_key, x_holder, x_last) as x (kind, key, holder, last)
    where r.kind = x.kind and r.key = x.key and r.holder = x.holder;
  end if;

  if cardinality(r_kind) > 0 then
    insert into reservations (kind, key, holder, since)
    select kind, key, holder, since from unnest(r_kind, r_key, r_holder, r_from) as r (kind, key, holder, since)
    on conflict (kind, key) do update set holder = excluded.holder, since = excluded.since, last_day = null
    where reservations.holder = excluded.holder or reservations.last_day < excluded.since;
    get diagnostics done = row_count;
    if done < cardinality(r_kind) then
      raise exception '%', (
        select json_agg(json_build_array(n.place::text, r.holder)) from unnest(r_kind, r_key, r_holder) with ordinality as n (kind, key, holder, place)
        join reservations r on r.kind = n.kind and r.key = n.key and r.holder <> n.holder) using errcode = 'CA409';
    end if;
  end if;

  if cardinality(n_stream) > 0 then
    delete from deadlines d using unnest(n_stream, n_kind) as n (stream, kind) where d.stream_id = n.stream and d.kind = n.kind;
  end if;
  if cardinality(d_stream) > 0 then
    insert into deadlines (stream_id, kind, due, armed)
    select stream, kind, due, armed from unnest(d_stream, d_kind, d_due, d_armed) as d (stream, kind, due, armed)
    on conflict (stream_id, kind) do update set due = excluded.due, armed = excluded.armed, attempts = 0, not_before = null, refusal = null;
  end if;

  if cardinality(e_id) > 0 then
    insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)
    select nextval('mt_events_sequence'), id, stream, version, data, type, s_at, clr, correlation, causation, headers, usr
    from unnest(e_stream, e_version, e_id, e_data, e_type, e_clr, e_correlation, e_causation, e_headers, e_user)
      as e (stream, version, id, data, type, clr, correlation, causation, headers, usr);
    perform pg_notify('events', '');
  end if;
end $$;

-- One fact of one command, nothing else: the plain statements, which cost half of what arrays of one cost.
create function store_append_one(
  s_id text, s_type text, s_expected bigint, s_at timestamptz, e_id uuid, e_data jsonb, e_type text, e_clr text,
  e_correlation text, e_causation text, e_headers jsonb, e_user text, h_request text, h_body bytea, h_since bigint
) returns void language plpgsql as $$
begin
  if s_expected = 0 then
    insert into mt_streams (id, type, version, timestamp, created) values (s_id, s_type, 1, s_at, s_at) on conflict do nothing;
  else
    update mt_streams set version = s_expected + 1, timestamp = s_at where id = s_id and version = s_expected;
  end if;
  if not found then
    raise exception '%', json_build_array(json_build_array(s_id)) using errcode = 'CA412';
  end if;
  if h_request is not null then
    insert into handled_requests (request, body, stream_id, since, version, at) values (h_request, h_body, s_id, h_since, s_expected + 1, s_at) on conflict do nothing;
    if not found then
      raise exception '%', json_build_array(json_build_array(h_request)) using errcode = 'CA410';
    end if;
  end if;
  insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)
  values (nextval('mt_events_sequence'), e_id, s_id, s_expected + 1, e_data, e_type, s_at, e_clr, e_correlation, e_causation, e_headers, e_user);
  perform pg_notify('events', '');
end $$;

grant execute on function store_append, store_append_one to ${app};
