-- Tablets that may submit for one collection point. The token itself is nowhere here.
create table devices (
    device_id        blob    not null primary key,
    collection_point text    not null,
    name             text    not null,
    token_hash       blob    not null unique,
    pin_salt         blob    not null,
    pin_hash         blob    not null,
    enrolled_at      integer not null,
    revoked_at       integer,
    last_seen_at     integer not null,
    report           text
) strict;

-- Codes by which a tablet is enrolled, each once and for ten minutes.
create table enrolment_codes (
    code_hash        blob    not null primary key,
    collection_point text    not null,
    name             text    not null,
    pin_salt         blob    not null,
    pin_hash         blob    not null,
    expires_at       integer not null
) strict;

-- When a collection point's tablets take answers; a point without a row is always open.
create table opening_hours (
    collection_point text not null primary key,
    hours            text not null
) strict;

-- Items read aloud, one recording per item and language.
create table recordings (
    instrument text    not null,
    item       text    not null,
    language   text    not null,
    media_type text    not null,
    content    blob    not null,
    hash       text    not null,
    added_at   integer not null,
    primary key (instrument, item, language)
) strict;

-- The device that sent a response, and what was done about its clock. With a device,
-- answered_at is the time that counts; the document holds what the device said.
alter table responses add column device_id blob;
alter table responses add column clock text;
