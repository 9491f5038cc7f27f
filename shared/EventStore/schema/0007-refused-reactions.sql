-- What another service told us and our own law refused to do: nothing was recorded in the case, and the feed went on.
create table refused_reactions (
  reader    text not null,
  request   text not null,
  position  bigint not null,
  contract  text not null,
  subject   text not null,
  process   text not null,
  case_id   text,
  command   text not null,
  code      text not null,
  reason_zh text not null,
  reason_en text not null,
  at        timestamptz not null,
  primary key (reader, request)
);
grant select, insert, update on refused_reactions to ${app};
