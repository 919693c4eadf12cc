-- Results of one commune, instrument version and period as they were published by
-- decision. Rows are added and never changed: a correction is the next number.
create table publications (
    publication_id integer primary key,
    commune_code   text    not null,
    instrument     text    not null,
    version        integer not null,
    -- What the period is called; the days say which one it is.
    period         text    not null,
    first_day      text    not null,
    -- The day after the last.
    end_day        text    not null,
    -- 1 for the first publication, then one more for each correction.
    number         integer not null,
    decided_by     text    not null,
    decided_at     integer not null,
    -- Why it was corrected; empty for the first.
    reason         text    not null,
    -- The place of the last response that it was made of.
    last_seq       integer not null,
    document       text    not null,
    -- SHA-256 of the document, in hexadecimal digits.
    sha256         text    not null,
    unique (commune_code, instrument, version, first_day, end_day, number)
) strict;

create trigger publications_are_not_changed before update on publications
begin
    select raise(abort, 'publications are append-only');
end;

create trigger publications_are_not_removed before delete on publications
begin
    select raise(abort, 'publications are append-only');
end;
