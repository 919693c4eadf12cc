-- Whether a response came with the token of a visit slip or of a survey link.
alter table responses add column verified_visit integer not null default 0;

-- Tokens given away: only their SHA-256 is kept. The claim, SHA-256 of token and
-- response id, lets the same response be sent again; it is forgotten after a day.
create table visit_tokens (
    token_hash       blob not null primary key,
    collection_point text   not null,
    batch            blob not null,
    made_at          integer not null,
    used             integer not null default 0,
    claim            blob,
    claimed_at       integer
) strict;

create index visit_tokens_by_batch on visit_tokens (batch);
create index visit_tokens_by_claim on visit_tokens (claimed_at);

-- Closed dossiers that have a survey link: an HMAC-SHA-256 of each code, under a
-- key that is not in this database.
create table survey_links (
    dossier          blob not null primary key,
    token_hash       blob not null,
    made_at          integer not null,
    send_after       integer not null,
    reminded_at      integer
) strict;

-- Serial numbers of the paper forms given out.
create table paper_ranges (
    first            integer not null primary key,
    last             integer not null,
    collection_point text   not null,
    instrument       text   not null,
    version          integer not null,
    issued_at        integer not null
) strict;
