-- Batches of paper forms: what a batch knows beside its row in batches, with which
-- it counts or does not. Its stage is here, so that one row is held while it changes;
-- `changes` says how often it did.
create table paper_batches (
    batch_id   integer not null primary key,
    scope      text not null,
    emptied_at integer not null,
    opened_by  text not null,
    stage      text not null,
    changes    integer not null,
    closed_by  text
) strict;

-- Which serial numbers a batch has to account for.
create table paper_batch_ranges (
    batch_id integer not null,
    first    integer not null,
    last     integer not null,
    primary key (batch_id, first)
) strict;

-- How many sheets each person counted, the last time they did.
create table paper_counts (
    batch_id   integer not null,
    counted_by text not null,
    sheets     integer not null,
    counted_at integer not null,
    primary key (batch_id, counted_by)
) strict;

-- What was keyed of each sheet: first, second, decided or corrected. Rows are added;
-- one that no longer holds says since when. With the response it became.
create table paper_keyings (
    keying_id   integer primary key,
    batch_id    integer not null,
    serial      integer not null,
    purpose     text not null,
    fate        text not null,
    document    text,
    keyed_by    text not null,
    keyed_at    integer not null,
    reason      text,
    replaced_at integer,
    response_id blob
) strict;

create unique index paper_keyings_hold_once on paper_keyings (batch_id, serial, purpose)
    where replaced_at is null;

-- A sheet that was in a box was in one.
create unique index paper_keyings_of_sheets on paper_keyings (serial)
    where replaced_at is null and purpose = 'first' and fate in ('answered', 'blank', 'void');

-- The sheets that are keyed again.
create table paper_samples (
    batch_id integer not null,
    serial   integer not null,
    primary key (batch_id, serial)
) strict;
