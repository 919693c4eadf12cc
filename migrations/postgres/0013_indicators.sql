-- What was entered of indicators. Rows are added and never changed: whoever corrects an
-- entry adds one that replaces it, 0 being nothing. One entry can be replaced once, so
-- that of two who correct it at a time the second is told.
create table indicator_entries (
    seq          bigint  generated always as identity primary key,
    commune_code text    not null,
    indicator    text    not null,
    period       text    not null,
    replaces     bigint  not null,
    kind         text    not null,
    numerator    bigint,
    denominator  bigint,
    result       text,
    on_day       text,
    source       text    not null,
    link         text    not null,
    entered_by   text    not null,
    entered_at   bigint  not null,
    unique (commune_code, indicator, period, replaces)
);

create function indicator_entries_are_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'entries of indicators are append-only';
end
$$;

create trigger indicator_entries_are_not_changed
    before update or delete or truncate on indicator_entries
    for each statement execute function indicator_entries_are_append_only();
