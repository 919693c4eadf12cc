-- What citizens put to their commune and what is done about it. No time is finer than
-- the day, and rows lie in the order of their random codes: nothing here says when in
-- a day somebody wrote, so that it cannot be laid beside an answer to a survey.
create table petitions (
    code            text not null primary key,
    pin_mark        blob not null,
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
    extended        integer not null,
    answer          text not null,
    answered_on     text,
    late            integer not null,
    reopened        integer not null,
    rating          text,
    public_question text,
    public_answer   text,
    version         integer not null
) strict, without rowid;

create index petitions_by_commune on petitions (commune_code, received_on);

-- What was done with a petition, by whom, on which day. Rows are added and never changed.
create table petition_events (
    code    text not null references petitions (code),
    version integer not null,
    on_day  text not null,
    who     text not null,
    act     text not null,
    primary key (code, version)
) strict, without rowid;

create trigger petition_events_are_not_changed before update on petition_events
begin
    select raise(abort, 'the history of a petition is append-only');
end;

create trigger petition_events_are_not_removed before delete on petition_events
begin
    select raise(abort, 'the history of a petition is append-only');
end;

-- How to reach whoever sent a petition, sealed with a key that is not in this database.
create table petition_contacts (
    code   text not null primary key references petitions (code),
    sealed blob not null
) strict, without rowid;
