-- What citizens put to their commune and what is done about it. No time is finer than
-- the day, and rows lie in the order of their random codes: nothing here says when in
-- a day somebody wrote, so that it cannot be laid beside an answer to a survey.
create table petitions (
    code            text not null primary key,
    pin_mark        bytea not null,
    commune_code    text not null,
    scope           text not null,
    channel         text not null,
    subject         text not null,
    body            text not null,
    searched        text not null,
    received_on     text not null,
    state           text not null,
    acknowledge_by  text not null,
    answer_by       text not null,
    due_on          text,
    settled_on      text,
    assigned_to     text not null,
    extended        bigint not null,
    answer          text not null,
    answered_on     text,
    late            bigint not null,
    reopened        bigint not null,
    rating          text,
    public_question text,
    public_answer   text,
    version         bigint not null
);

create index petitions_by_commune on petitions (commune_code, received_on);

-- What was done with a petition, by whom, on which day. Rows are added and never changed.
create table petition_events (
    code    text not null references petitions (code),
    version bigint not null,
    on_day  text not null,
    who     text not null,
    act     text not null,
    primary key (code, version)
);

create function petition_events_are_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the history of a petition is append-only';
end
$$;

create trigger petition_events_are_not_changed before update or delete or truncate
    on petition_events for each statement execute function petition_events_are_append_only();

-- How to reach whoever sent a petition, sealed with a key that is not in this database.
create table petition_contacts (
    code   text not null primary key references petitions (code),
    sealed bytea not null
);
