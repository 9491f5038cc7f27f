-- Events that no reader can read and that somebody has decided, on record, to leave out. Written by the schema's owner only
-- (the verb skip-event); readers pass over what stands here, and a case shows it in its place.
create table unread_events (
  seq_id     bigint not null primary key,
  stream_id  varchar not null,
  version    bigint not null,
  reason     text not null,
  decided_by text not null,
  at         timestamptz not null
);
grant select on unread_events to ${app};
