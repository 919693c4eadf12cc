-- Improvement actions of communes. The origin is JSON: what an action was opened for,
-- with the figures as they were then; it never changes. The revision counts changes, so
-- that nobody overwrites what another has just saved.
create table actions (
    action_id    bigint generated always as identity primary key,
    revision     bigint not null,
    scope        text   not null,
    commune_code text   not null,
    origin       text   not null,
    -- Tells one line of one plan from every other; a line is taken over once.
    plan_line    text   unique,
    task         text   not null,
    lead         text   not null,
    partners     text   not null,
    product      text   not null,
    due          text,
    term         text   not null,
    instrument   text,
    component    text,
    status       text   not null,
    opened_at    bigint not null,
    ended_at     bigint,
    -- What the public reads; null while it is for staff only.
    found        text,
    done         text
);

create index actions_by_commune on actions (commune_code, status);

-- What was said, shown and decided about an action. Rows are added and never changed.
create table action_notes (
    seq       bigint generated always as identity primary key,
    action_id bigint not null references actions (action_id),
    at        bigint not null,
    who       text   not null,
    kind      text   not null,
    text      text   not null,
    link      text   not null
);

create index action_notes_by_action on action_notes (action_id, seq);

create function action_notes_are_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'notes on actions are append-only';
end
$$;

create trigger action_notes_are_not_changed before update or delete or truncate on action_notes
    for each statement execute function action_notes_are_append_only();
