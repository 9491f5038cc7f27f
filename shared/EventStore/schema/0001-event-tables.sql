-- Streams and events in the layout of Marten 9 (string identity, single tenancy, metadata on), so that Marten can open
-- the same database. Nothing of ours is ever added to these tables: Marten's own migration would drop it.
create sequence mt_events_sequence as bigint cache 1;

create table mt_streams (
  id          varchar not null constraint pkey_mt_streams_id primary key,
  type        varchar,
  version     bigint,
  timestamp   timestamptz not null default now(),
  created     timestamptz not null default now(),
  tenant_id   varchar default '*DEFAULT*',
  is_archived boolean default false
);

create table mt_events (
  seq_id         bigint not null constraint pkey_mt_events_seq_id primary key,
  id             uuid not null,
  stream_id      varchar constraint fkey_mt_events_stream_id references mt_streams (id) on delete cascade,
  version        bigint not null,
  data           jsonb not null,
  bdata          bytea,
  type           varchar(500) not null,
  timestamp      timestamptz not null,
  tenant_id      varchar default '*DEFAULT*',
  mt_dotnet_type varchar,
  correlation_id varchar,
  causation_id   varchar,
  headers        jsonb,
  user_name      varchar,
  is_archived    boolean default false
);
create unique index pk_mt_events_stream_and_version on mt_events (stream_id, version);
alter sequence mt_events_sequence owned by mt_events.seq_id;

create table mt_event_progression (
  name         varchar not null constraint pk_mt_event_progression primary key,
  last_seq_id  bigint,
  last_updated timestamptz default transaction_timestamp()
);

create table mt_high_water_skips (
  ending_sequence   bigint not null constraint pkey_mt_high_water_skips_ending_sequence primary key,
  starting_sequence bigint not null,
  timestamp         timestamptz default transaction_timestamp()
);
