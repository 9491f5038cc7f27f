-- Review campaigns: how far each village is; each hearing; each household cancelled or added. The last two carry the
-- instant of recording, so that a report can be printed again as it stood then.
create table campaign_results (
  campaign                   text not null,
  village                    text not null,
  area                       text not null,
  hearings                   integer not null,
  supervised                 integer not null,
  cases_heard                integer not null,
  heard_on                   date,
  cancelled_urban_households integer not null,
  cancelled_urban_persons    integer not null,
  cancelled_rural_households integer not null,
  cancelled_rural_persons    integer not null,
  added_urban_households     integer not null,
  added_urban_persons        integer not null,
  added_rural_households     integer not null,
  added_rural_persons        integer not null,
  primary key (campaign, village)
);

create table campaign_hearings (
  campaign    text not null,
  review      text not null,
  village     text not null,
  area        text not null,
  held_on     date not null,
  cases_heard integer not null,
  upheld      integer not null,
  supervised  boolean not null,
  recorded_at timestamptz not null,
  version     bigint not null,
  primary key (campaign, review)
);

create table campaign_changes (
  campaign        text not null,
  kind            text not null,
  reference       text not null,
  village         text not null,
  area            text not null,
  persons         integer not null,
  amount          numeric not null,
  cause           text,
  explanation     text,
  decision_number text,
  finding         text,
  occurred_on     date not null,
  recorded_at     timestamptz not null,
  version         bigint not null,
  primary key (campaign, kind, reference)
);
grant select, insert, update, delete on campaign_results, campaign_hearings, campaign_changes to ${app};
