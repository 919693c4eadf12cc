-- One row per file that was imported. Its responses count when it is finished
-- and not undone, all of them or none.
create table batches (
    batch_id     integer primary key,
    file_name    text    not null,
    sha256       text    not null,
    instrument   text    not null,
    version      integer not null,
    channel      text    not null,
    point        text    not null,
    map          text    not null,
    begun_at     integer not null,
    finished_at  integer,
    rows_read    integer not null,
    stored       integer not null,
    known        integer not null,
    rejected     integer not null,
    undone_at    integer,
    undone_why   text
) strict;

alter table responses add column batch_id integer;

-- The id under which a response came in that was stored under another one, because
-- the id names another document that no longer counts.
alter table responses add column corrects blob;

create index responses_by_batch on responses (batch_id) where batch_id is not null;

create index responses_by_corrected on responses (corrects) where corrects is not null;

-- With the batch in it, the index alone tells which responses count.
drop index responses_by_commune;
create index responses_by_commune on responses
    (commune_code, instrument, version, answered_at, batch_id);
