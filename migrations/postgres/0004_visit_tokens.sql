-- Whether a response came with the token of a visit slip or of a survey link.
alter table responses add column verified_visit bigint not null default 0;

-- Tokens given away: only their SHA-256 is kept. The claim, SHA-256 of token and
-- response id, lets the same response be sent again; it is forgotten after a day.
create table visit_tokens (
    token_hash       bytea not null primary key,
    collection_point text   not null,
    batch            uuid not null,
    made_at          bigint not null,
    used             bigint not null default 0,
    claim            bytea,
    claimed_at       bigint
);

create index visit_tokens_by_batch on visit_tokens (batch);
create index visit_tokens_by_claim on visit_tokens (claimed_at);

-- Closed dossiers that have a survey link: an HMAC-SHA-256 of each code, under a
-- key that is not in this database.
create table survey_links (
    dossier          bytea not null primary key,
    token_hash       bytea not null,
    made_at          bigint not null,
    send_after       bigint not null,
    reminded_at      bigint
);

-- Serial numbers of the paper forms given out.
create table paper_ranges (
    first            bigint not null primary key,
    last             bigint not null,
    collection_point text   not null,
    instrument       text   not null,
    version          bigint not null,
    issued_at        bigint not null
);
