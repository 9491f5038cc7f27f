-- One call writes any number of commits, or none: stream locks and versions first, numbers drawn last, so that a
-- conflict draws no number and leaves no gap. SQLSTATEs: CA412 version, CA409 claim, CA413 reader's position.
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
) returns void language plpgsql as $$
declare
  wanted integer;
  found_rows integer;
  loser text;
begin
  if p_name is not null then
    if p_floor = 0 then
      insert into mt_event_progression (name, last_seq_id, last_updated) values (p_name, p_ceiling, s_at)
      on conflict (name) do update set last_seq_id = p_ceiling, last_updated = s_at where mt_event_progression.last_seq_id = 0;
    else
      update mt_event_progression set last_seq_id = p_ceiling, last_updated = s_at where name = p_name and last_seq_id = p_floor;
    end if;
    get diagnostics found_rows = row_count;
    if found_rows = 0 then
      raise exception 'position of % is not %', p_name, p_floor using errcode = 'CA413';
    end if;
  end if;

  if cardinality(s_id) > 0 then
    perform 1 from mt_streams where id = any (s_id) order by id for update;

    insert into mt_streams (id, type, version, timestamp, created)
    select id, type, next, s_at, s_at from unnest(s_id, s_type, s_expected, s_next) as n (id, type, expected, next)
    where expected = 0 order by id
    on conflict do nothing;
    get diagnostics found_rows = row_count;
    update mt_streams s set version = n.next, timestamp = s_at
    from unnest(s_id, s_expected, s_next) as n (id, expected, next)
    where n.expected > 0 and s.id = n.id and s.version = n.expected;
    get diagnostics wanted = row_count;
    if found_rows + wanted < cardinality(s_id) then
      select n.id into loser from unnest(s_id, s_next) as n (id, next)
      left join mt_streams s on s.id = n.id where s.version is distinct from n.next limit 1;
      raise exception 'version of % has moved', coalesce(loser, s_id[1]) using errcode = 'CA412', detail = coalesce(loser, s_id[1]);
    end if;
  end if;

  if cardinality(h_request) > 0 then
    insert into handled_requests (request, body, stream_id, since, version, at)
    select request, body, stream, since, version, s_at from unnest(h_request, h_body, h_stream, h_since, h_version) as h (request, body, stream, since, version);
  end if;

  if cardinality(x_kind) > 0 then
    update reservations r set last_day = x.last
    from unnest(x_kind, x_key, x_holder, x_last) as x (kind, key, holder, last)
    where r.kind = x.kind and r.key = x.key and r.holder = x.holder;
  end if;

  if cardinality(r_kind) > 0 then
    insert into reservations (kind, key, holder, since)
    select kind, key, holder, since from unnest(r_kind, r_key, r_holder, r_from) as r (kind, key, holder, since) order by kind, key
    on conflict (kind, key) do update set holder = excluded.holder, since = excluded.since, last_day = null
    where reservations.holder = excluded.holder or reservations.last_day < excluded.since;
    get diagnostics found_rows = row_count;
    if found_rows < cardinality(r_kind) then
      select r.kind || E'\n' || r.key || E'\n' || v.holder into loser
      from unnest(r_kind, r_key, r_holder) as r (kind, key, holder)
      join reservations v on v.kind = r.kind and v.key = r.key and v.holder <> r.holder limit 1;
      raise exception 'claim is held' using errcode = 'CA409', detail = coalesce(loser, '');
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
    from (
      select * from unnest(e_stream, e_version, e_id, e_data, e_type, e_clr, e_correlation, e_causation, e_headers, e_user)
        with ordinality as e (stream, version, id, data, type, clr, correlation, causation, headers, usr, place)
      order by place
    ) e;
    perform pg_notify('events', '');
  end if;
end $$;
