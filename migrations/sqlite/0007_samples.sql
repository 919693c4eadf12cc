-- Samples of households for interviews. A household is a number in its primary
-- sampling unit: there is no name and no address anywhere.
create table samples (
    sample           text    not null primary key,
    collection_point text    not null,
    scope            text    not null,
    title            text    not null,
    first_day        text    not null,
    last_day         text    not null,
    added_at         integer not null
) strict;

create table sample_psus (
    sample            text    not null references samples (sample),
    place             integer not null,
    psu               text    not null,
    stratum           text    not null,
    psus_in_stratum   integer not null,
    households_in_psu integer not null,
    weight            real,
    primary key (sample, psu)
) strict;

-- Whoever visits households, apart from the tablet that is used.
create table interviewers (
    sample      text    not null references samples (sample),
    interviewer integer not null,
    name        text    not null,
    primary key (sample, interviewer)
) strict;

-- What became of a household: the day of a visit without an answer, never the time of
-- day, and no day at all of an answer, so that no status leads to a response.
create table sample_households (
    sample      text    not null,
    psu         text    not null,
    household   integer not null,
    place       integer not null,
    reserve     integer not null,
    stands_for  integer,
    interviewer integer,
    status      text    not null,
    visits      integer not null,
    visited_on  text,
    primary key (sample, psu, household),
    foreign key (sample, psu) references sample_psus (sample, psu)
) strict;

-- A tablet with a sample is an interviewer's; one without is a counter's.
alter table devices add column sample text;
alter table devices add column interviewer integer;
alter table enrolment_codes add column sample text;
alter table enrolment_codes add column interviewer integer;

-- The sample that a response is of; most are of none.
alter table responses add column sample text;
create index responses_by_sample on responses (sample) where sample is not null;
