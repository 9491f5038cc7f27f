-- Every allowance case as it stands.
create table allowance_cases (
  number                 text not null primary key,
  state                  text not null,
  household              text not null,
  region                 text not null,
  village                text not null,
  area                   text not null,
  persons                integer not null,
  campaign               text,
  profile                text not null,
  submitted_on           date,
  accepted_on            date,
  due_on                 date,
  decided_on             date,
  decision_number        text,
  per_capita             numeric,
  monthly_amount         numeric,
  reasons                jsonb not null,
  separately_registered  boolean not null,
  county_visit_mandatory boolean not null,
  returns                integer not null,
  overdue                boolean not null
);
grant select, insert, update, delete on allowance_cases to ${app};

-- Near relatives of officials among the members of applying households.
create table allowance_relatives (
  number        text not null,
  member        text not null,
  official      text not null,
  official_user text not null,
  relation      text not null,
  region        text not null,
  declared_on   date not null,
  primary key (number, member, official, official_user)
);
grant select, insert, update, delete on allowance_relatives to ${app};
