-- Facts about this database that every page must know, such as whether it is simulated.
create table facts (
    name  text not null primary key,
    value text not null
) strict;

create table collection_points (
    code         text   not null primary key,
    commune_code text   not null,
    name         text   not null,
    instrument   text   not null,
    created_at   integer not null
) strict;

create index collection_points_by_commune on collection_points (commune_code);

-- One row per response. The document holds the answers and is never changed;
-- the columns beside it are copies to search by.
create table responses (
    seq              integer primary key,
    response_id      blob    not null unique,
    commune_code     text    not null,
    instrument       text    not null,
    version          integer not null,
    collection_point text    not null,
    channel          text    not null,
    answered_at      integer not null,
    received_at      integer not null,
    salt             blob    not null,
    document         text    not null
) strict;

create index responses_by_commune on responses
    (commune_code, instrument, version, answered_at);

-- Answers a citizen has begun on a page; purged after a day.
create table drafts (
    draft_id         blob    not null primary key,
    collection_point text    not null,
    instrument       text    not null,
    version          integer not null,
    language         text    not null,
    answers          text    not null,
    started_at       integer not null
) strict;

create index drafts_by_start on drafts (started_at);
