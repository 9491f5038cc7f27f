-- What is paid for a month of an entitlement, in which batch. The key holds that nothing is paid twice.
create table payment_lines (
  entitlement text not null,
  month       text not null,
  component   text not null,
  batch       text not null,
  line        integer not null,
  area        text not null,
  region      text not null,
  payee       text not null,
  household   text not null,
  persons     integer not null,
  amount      numeric(14,2) not null,
  status      text not null,
  version     bigint not null,
  recorded_at timestamptz not null,
  primary key (entitlement, month, component)
);
create index payment_lines_batch on payment_lines (batch, line);
create index payment_lines_unpaid on payment_lines (status) where status in ('LetGo', 'Returned');
create index payment_lines_payee on payment_lines (payee);

-- A batch and its sums.
create table payment_batches (
  batch              text not null primary key,
  benefit            text not null,
  region             text not null,
  month              text not null,
  supplementary      integer not null,
  state              text not null,
  count              integer not null,
  sum                numeric(14,2) not null,
  urban_count        integer not null,
  urban_persons      integer not null,
  urban_sum          numeric(14,2) not null,
  rural_count        integer not null,
  rural_persons      integer not null,
  rural_sum          numeric(14,2) not null,
  held_count         integer not null,
  held_sum           numeric(14,2) not null,
  rejected_count     integer not null,
  rejected_sum       numeric(14,2) not null,
  paid_urban_count   integer not null,
  paid_urban_persons integer not null,
  paid_urban_sum     numeric(14,2) not null,
  paid_rural_count   integer not null,
  paid_rural_persons integer not null,
  paid_rural_sum     numeric(14,2) not null,
  pay_by             date not null,
  paid_on            date,
  late               boolean not null,
  calculated_at      timestamptz not null,
  paid_known_at      timestamptz
);
create index payment_batches_month on payment_batches (benefit, month);

-- Payments that the bank turned back.
create table payment_returns (
  batch       text not null,
  line        integer not null,
  entitlement text not null,
  reference   text not null,
  code        text not null,
  message     text not null,
  area        text not null,
  region      text not null,
  persons     integer not null,
  amount      numeric(14,2) not null,
  recorded_at timestamptz not null,
  primary key (batch, line)
);

-- The bank files as approved, sealed. Not derived from facts; the facts hold their SHA-256.
create table bank_files (
  batch  text not null,
  format text not null,
  sha256 text not null,
  sealed bytea not null,
  primary key (batch, format)
);
grant select, insert, update, delete on payment_lines, payment_batches, payment_returns, bank_files to ${app};
