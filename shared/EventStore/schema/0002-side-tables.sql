-- What is ours: each row is written in the transaction of the facts it belongs to.

-- A request that has been carried out. The same key and body get the same answer; the same key with another body is refused.
create table handled_requests (
  request   text not null primary key,
  body      bytea not null,
  stream_id varchar not null,
  since     bigint not null,
  version   bigint not null,
  at        timestamptz not null
);

-- What must be unique across cases. A claim that has ended leaves its last day behind.
create table reservations (
  kind     text not null,
  key      text not null,
  holder   text not null,
  since    date not null,
  last_day date,
  primary key (kind, key)
);

-- What must happen on a day. Not armed: set by an act of the past whose day had already gone when it was entered; what
-- followed then is entered as history too, and no worker does it again today.
create table deadlines (
  stream_id varchar not null,
  kind      text not null,
  due       date not null,
  armed     boolean not null default true,
  attempts  integer not null default 0,
  not_before timestamptz,
  refusal   text,
  primary key (stream_id, kind)
);
create index deadlines_due on deadlines (due) where armed;

-- Gap-free numbers, drawn in the transaction that uses them.
create table counters (
  name  text not null primary key,
  value bigint not null
);

-- One row per case of any process: worklists.
create table case_list (
  stream_id varchar not null primary key,
  process   text not null,
  id        text not null,
  region    text not null,
  state     text not null,
  state_zh  text not null,
  state_en  text not null,
  subject   text not null,
  open      boolean not null,
  due       date,
  opened_on date not null,
  version   bigint not null,
  at        timestamptz not null
);
create index case_list_work on case_list (process, open, region, stream_id);

-- Which cases concern a person.
create table case_people (
  person    text not null,
  stream_id varchar not null,
  process   text not null,
  id        text not null,
  primary key (person, stream_id)
);

-- Who read what, and why. Written before the answer leaves.
create table read_log (
  id           bigint generated always as identity primary key,
  at           timestamptz not null,
  actor        text not null,
  roles        text not null,
  organisation text not null,
  region       text not null,
  client       text not null,
  purpose      text,
  subject      text not null,
  fields       text not null,
  request      text not null
);
create index read_log_subject on read_log (subject, id);

-- Personal details, sealed by the service's key and erasable; the events carry the pseudonym only.
create table person_vault (
  person text not null primary key,
  sealed bytea not null,
  key    text not null
);
