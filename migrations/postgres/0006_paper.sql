-- Batches of paper forms: what a batch knows beside its row in batches, with which
-- it counts or does not. Its stage is here, so that one row is held while it changes;
-- `changes` says how often it did.
create table paper_batches (
    batch_id   bigint not null primary key,
    scope      text not null,
    emptied_at bigint not null,
    opened_by  text not null,
    stage      text not null,
    changes    bigint not null,
    closed_by  text
);

-- Which serial numbers a batch has to account for.
create table paper_batch_ranges (
    batch_id bigint not null,
    first    bigint not null,
    last     bigint not null,
    primary key (batch_id, first)
);

-- How many sheets each person counted, the last time they did.
create table paper_counts (
    batch_id   bigint not null,
    counted_by text not null,
    sheets     bigint not null,
    counted_at bigint not null,
    primary key (batch_id, counted_by)
);

-- What was keyed of each sheet: first, second, decided or corrected. Rows are added;
-- one that no longer holds says since when. With the response it became.
create table paper_keyings (
    keying_id   bigint generated always as identity primary key,
    batch_id    bigint not null,
    serial      bigint not null,
    purpose     text not null,
    fate        text not null,
    document    text,
    keyed_by    text not null,
    keyed_at    bigint not null,
    reason      text,
    replaced_at bigint,
    response_id uuid
);

create unique index paper_keyings_hold_once on paper_keyings (batch_id, serial, purpose)
    where replaced_at is null;

-- A sheet that was in a box was in one.
create unique index paper_keyings_of_sheets on paper_keyings (serial)
    where replaced_at is null and purpose = 'first' and fate in ('answered', 'blank', 'void');

-- The sheets that are keyed again.
create table paper_samples (
    batch_id bigint not null,
    serial   bigint not null,
    primary key (batch_id, serial)
);
