-- The roll: every entitlement as it stands.
create table entitlement_roll (
  entitlement    text not null primary key,
  benefit        text not null,
  area           text not null,
  region         text not null,
  household      text not null,
  payee          text not null,
  members        jsonb not null,
  category       text not null,
  state          text not null,
  first_month    text not null,
  last_month     text,
  monthly_amount numeric(14,2) not null,
  on_hold        text,
  next_review    date,
  version        bigint not null
);
create index entitlement_roll_region on entitlement_roll (region text_pattern_ops, state, first_month);
create index entitlement_roll_members on entitlement_roll using gin (members);
create index entitlement_roll_household on entitlement_roll (household);

-- What is due from a month on, until the next slice of the same entitlement.
create table entitlement_slices (
  entitlement    text not null,
  from_month     text not null,
  amount         numeric(14,2) not null,
  persons        integer not null,
  standard       numeric(14,2) not null,
  per_capita     numeric(18,6) not null,
  base           numeric(14,2) not null,
  uplift         numeric(14,2) not null,
  formula        text not null,
  policy         text,
  source_process text not null,
  source_id      text not null,
  source_version bigint not null,
  version        bigint not null,
  primary key (entitlement, from_month)
);

-- What is owed for a month paid too little or not at all; paid with the next batch.
create table entitlement_arrears (
  entitlement text not null,
  month       text not null,
  amount      numeric(14,2) not null,
  reason      text not null,
  version     bigint not null,
  primary key (entitlement, month, version)
);

-- Stock and flow: the sum of rows is the stock, by month of effect, by day of decision, or by instant of recording.
create table allowance_ledger (
  entitlement     text not null,
  version         bigint not null,
  benefit         text not null,
  area            text not null,
  region          text not null,
  kind            text not null,
  effective_month text not null,
  occurred_on     date not null,
  recorded_at     timestamptz not null,
  households      integer not null,
  persons         integer not null,
  amount          numeric(14,2) not null,
  cause           text,
  campaign        text,
  primary key (entitlement, version, effective_month)
);
create index allowance_ledger_month on allowance_ledger (effective_month, region text_pattern_ops);
create index allowance_ledger_day on allowance_ledger (occurred_on, region text_pattern_ops);
create index allowance_ledger_recorded on allowance_ledger (recorded_at);
create index allowance_ledger_campaign on allowance_ledger (campaign) where campaign is not null;

-- Debts of overpaid benefits.
create table overpayments (
  overpayment text not null primary key,
  entitlement text not null,
  region      text not null,
  payee       text not null,
  cause       text not null,
  state       text not null,
  fault       text,
  amount      numeric(14,2) not null,
  fine        numeric(14,2) not null,
  repaid      numeric(14,2) not null,
  balance     numeric(14,2) not null,
  detected_on date not null,
  due_on      date,
  version     bigint not null
);
create index overpayments_entitlement on overpayments (entitlement);
create index overpayments_region on overpayments (region text_pattern_ops, state);

grant select, insert, update, delete on entitlement_roll, entitlement_slices, entitlement_arrears, allowance_ledger, overpayments to ${app};
