-- Results of one commune, instrument version and period as they were published by
-- decision. Rows are added and never changed: a correction is the next number.
create table publications (
    publication_id bigint generated always as identity primary key,
    commune_code   text    not null,
    instrument     text    not null,
    version        bigint  not null,
    -- What the period is called; the days say which one it is.
    period         text    not null,
    first_day      text    not null,
    -- The day after the last.
    end_day        text    not null,
    -- 1 for the first publication, then one more for each correction.
    number         bigint  not null,
    decided_by     text    not null,
    decided_at     bigint  not null,
    -- Why it was corrected; empty for the first.
    reason         text    not null,
    -- The place of the last response that it was made of.
    last_seq       bigint  not null,
    document       text    not null,
    -- SHA-256 of the document, in hexadecimal digits.
    sha256         text    not null,
    unique (commune_code, instrument, version, first_day, end_day, number)
);

create function publications_are_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'publications are append-only';
end
$$;

create trigger publications_are_not_changed before update or delete or truncate on publications
    for each statement execute function publications_are_append_only();
