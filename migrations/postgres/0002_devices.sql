-- Tablets that may submit for one collection point. The token itself is nowhere here.
create table devices (
    device_id        uuid     not null primary key,
    collection_point text    not null,
    name             text    not null,
    token_hash       bytea    not null unique,
    pin_salt         bytea    not null,
    pin_hash         bytea    not null,
    enrolled_at      bigint not null,
    revoked_at       bigint,
    last_seen_at     bigint not null,
    report           text
);

-- Codes by which a tablet is enrolled, each once and for ten minutes.
create table enrolment_codes (
    code_hash        bytea    not null primary key,
    collection_point text    not null,
    name             text    not null,
    pin_salt         bytea    not null,
    pin_hash         bytea    not null,
    expires_at       bigint not null
);

-- When a collection point's tablets take answers; a point without a row is always open.
create table opening_hours (
    collection_point text not null primary key,
    hours            text not null
);

-- Items read aloud, one recording per item and language.
create table recordings (
    instrument text    not null,
    item       text    not null,
    language   text    not null,
    media_type text    not null,
    content    bytea    not null,
    hash       text    not null,
    added_at   bigint not null,
    primary key (instrument, item, language)
);

-- The device that sent a response, and what was done about its clock. With a device,
-- answered_at is the time that counts; the document holds what the device said.
alter table responses add column device_id uuid;
alter table responses add column clock text;
