create table ledgers (
  ledger  text not null primary key,
  holder  text not null,
  region  text not null,
  balance numeric not null,
  entries integer not null
);
grant select, insert, update, delete on ledgers to ${app};
