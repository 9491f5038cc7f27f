-- What each rebuild of the views has found, in the transaction of its swap. Written by the schema's owner, who rebuilds.
create table rebuilds (
  at         timestamptz not null,
  table_name text not null,
  rows       bigint not null,
  equal      boolean not null,
  swapped    boolean not null,
  primary key (at, table_name)
);
grant select on rebuilds to ${app};
