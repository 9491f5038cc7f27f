-- The notice board: what stands where, and until when.
create table notice_board (
  notice       text not null primary key,
  case_process text not null,
  case_id      text not null,
  kind         text not null,
  region       text not null,
  places       jsonb not null,
  posted_on    date,
  last_day     date,
  objections   integer not null,
  state        text not null
);
grant select, insert, update, delete on notice_board to ${app};
