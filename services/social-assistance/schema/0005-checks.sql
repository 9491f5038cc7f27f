-- Checks that belong to other cases: verifications, visits, reviews, spot checks, complaints.

create table verification_orders (
  verification text not null primary key,
  case_process text not null,
  case_id      text not null,
  region       text not null,
  purpose      text not null,
  persons      integer not null,
  requested_on date not null,
  queries      integer not null,
  answers      integer not null,
  state        text not null
);
create index verification_orders_month on verification_orders (requested_on);

create table verification_reports (
  verification  text not null,
  version       bigint not null,
  region        text not null,
  report_number text not null,
  issued_on     date not null,
  valid_to      date not null,
  conclusion    text not null,
  days          integer not null,
  recheck       boolean not null,
  primary key (verification, version)
);
create index verification_reports_month on verification_reports (issued_on);

create table home_visits (
  visit         text not null primary key,
  case_process  text not null,
  case_id       text not null,
  kind          text not null,
  region        text not null,
  planned_for   date not null,
  investigators jsonb not null,
  method        text,
  visited_on    date,
  attempts      integer not null,
  conforms      boolean,
  state         text not null
);
create index home_visits_case on home_visits ((case_process || '/' || case_id));

create table democratic_reviews (
  review       text not null primary key,
  village      text not null,
  held_on      date not null,
  campaign     text,
  participants integer not null,
  voters       integer not null,
  cases        integer not null,
  upheld       integer,
  disputed     integer,
  supervised   boolean,
  state        text not null
);

create table review_agenda (
  review       text not null,
  case_process text not null,
  case_id      text not null,
  village      text not null,
  held_on      date not null,
  agree        integer,
  disagree     integer,
  abstain      integer,
  upheld       boolean,
  disputed     boolean,
  state        text not null,
  primary key (review, case_process, case_id)
);
create index review_agenda_case on review_agenda (case_process, case_id);

create table spot_checks (
  plan       text not null primary key,
  scope      text not null,
  region     text not null,
  area       text,
  planned_on date not null,
  due_on     date not null,
  population integer not null,
  rate       numeric not null,
  sample     integer not null,
  recorded   integer not null,
  problems   integer not null,
  state      text not null
);

create table spot_check_sample (
  plan        text not null,
  case_id     text not null,
  scope       text not null,
  township    text not null,
  checkers    jsonb not null,
  finding     text,
  recorded_on date,
  primary key (plan, case_id)
);

create table complaints (
  complaint    text not null primary key,
  channel      text not null,
  real_name    boolean not null,
  case_process text,
  case_id      text,
  region       text not null,
  received_on  date not null,
  due_on       date,
  overdue      boolean not null,
  handler      text,
  result       text,
  replied_on   date,
  state        text not null
);
create index complaints_case on complaints (case_process, case_id);

grant select, insert, update, delete on
  verification_orders, verification_reports, home_visits, democratic_reviews, review_agenda, spot_checks, spot_check_sample, complaints to ${app};
