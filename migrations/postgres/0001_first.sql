-- Facts about this database that every page must know, such as whether it is simulated.
create table facts (
    name  text not null primary key,
    value text not null
);

create table collection_points (
    code         text   not null primary key,
    commune_code text   not null,
    name         text   not null,
    instrument   text   not null,
    created_at   bigint not null
);

create index collection_points_by_commune on collection_points (commune_code);

-- One row per response. The document holds the answers and is never changed;
-- the columns beside it are copies to search by.
create table responses (
    seq              bigint generated always as identity primary key,
    response_id      uuid   not null unique,
    commune_code     text   not null,
    instrument       text   not null,
    version          bigint not null,
    collection_point text   not null,
    channel          text   not null,
    answered_at      bigint not null,
    received_at      bigint not null,
    salt             bytea  not null,
    document         text   not null
);

create index responses_by_commune on responses
    (commune_code, instrument, version, answered_at);

-- Answers a citizen has begun on a page; purged after a day.
create table drafts (
    draft_id         uuid   not null primary key,
    collection_point text   not null,
    instrument       text   not null,
    version          bigint not null,
    language         text   not null,
    answers          text   not null,
    started_at       bigint not null
);

create index drafts_by_start on drafts (started_at);
