-- Improvement actions of communes. The origin is JSON: what an action was opened for,
-- with the figures as they were then; it never changes. The revision counts changes, so
-- that nobody overwrites what another has just saved.
create table actions (
    action_id    integer primary key,
    revision     integer not null,
    scope        text    not null,
    commune_code text    not null,
    origin       text    not null,
    -- Tells one line of one plan from every other; a line is taken over once.
    plan_line    text    unique,
    task         text    not null,
    lead         text    not null,
    partners     text    not null,
    product      text    not null,
    due          text,
    term         text    not null,
    instrument   text,
    component    text,
    status       text    not null,
    opened_at    integer not null,
    ended_at     integer,
    -- What the public reads; null while it is for staff only.
    found        text,
    done         text
) strict;

create index actions_by_commune on actions (commune_code, status);

-- What was said, shown and decided about an action. Rows are added and never changed.
create table action_notes (
    seq       integer primary key,
    action_id integer not null references actions (action_id),
    at        integer not null,
    who       text    not null,
    kind      text    not null,
    text      text    not null,
    link      text    not null
) strict;

create index action_notes_by_action on action_notes (action_id, seq);

create trigger action_notes_are_not_changed before update on action_notes
begin
    select raise(abort, 'notes on actions are append-only');
end;

create trigger action_notes_are_not_removed before delete on action_notes
begin
    select raise(abort, 'notes on actions are append-only');
end;
