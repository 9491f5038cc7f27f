-- Who has belonged to which household, and still does.
create table household_members (
  household text not null,
  person    text not null,
  relation  text not null,
  active    boolean not null,
  primary key (household, person)
);
create index household_members_person on household_members (person) where active;

-- Officers who are near relatives of persons or of members, as declared there.
create table near_relatives (
  source   text not null,
  person   text not null,
  official text not null,
  kinship  text not null,
  primary key (source, person, official)
);
create index near_relatives_person on near_relatives (person);

-- Registers to be imported, sealed by the service's key.
create table import_files (
  import text not null primary key,
  sha256 text not null,
  kind   text not null,
  sealed bytea not null
);

-- What the latest dry run found, row by row.
create table import_faults (
  import    text not null,
  number    integer not null,
  run       integer not null,
  row       integer not null,
  field     text not null,
  household text,
  code      text not null,
  blocks    boolean not null,
  zh        text not null,
  en        text not null,
  primary key (import, run, number)
);

grant select, insert, update, delete on household_members, near_relatives, import_files, import_faults to ${app};
