-- What was entered of indicators. Rows are added and never changed: whoever corrects an
-- entry adds one that replaces it, 0 being nothing. One entry can be replaced once, so
-- that of two who correct it at a time the second is told.
create table indicator_entries (
    seq          integer primary key,
    commune_code text    not null,
    indicator    text    not null,
    period       text    not null,
    replaces     integer not null,
    kind         text    not null,
    numerator    integer,
    denominator  integer,
    result       text,
    on_day       text,
    source       text    not null,
    link         text    not null,
    entered_by   text    not null,
    entered_at   integer not null,
    unique (commune_code, indicator, period, replaces)
) strict;

create trigger indicator_entries_are_not_changed before update on indicator_entries
begin
    select raise(abort, 'entries of indicators are append-only');
end;

create trigger indicator_entries_are_not_removed before delete on indicator_entries
begin
    select raise(abort, 'entries of indicators are append-only');
end;
