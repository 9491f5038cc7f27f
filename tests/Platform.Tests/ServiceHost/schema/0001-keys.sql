create table keys_out (
  loan     text not null primary key,
  key      text not null,
  borrower text not null,
  region   text not null,
  fee      numeric not null,
  last_day date not null
);
create table key_tags (
  tag  text not null primary key,
  loan text not null
);
create table key_holders (
  key  text not null primary key,
  loan text not null
);
grant select, insert, update, delete on keys_out, key_tags, key_holders to ${app};
