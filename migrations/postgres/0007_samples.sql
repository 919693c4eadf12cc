-- Samples of households for interviews. A household is a number in its primary
-- sampling unit: there is no name and no address anywhere.
create table samples (
    sample           text    not null primary key,
    collection_point text    not null,
    scope            text    not null,
    title            text    not null,
    first_day        text    not null,
    last_day         text    not null,
    added_at         bigint not null
);

create table sample_psus (
    sample            text    not null references samples (sample),
    place             bigint not null,
    psu               text    not null,
    stratum           text    not null,
    psus_in_stratum   bigint not null,
    households_in_psu bigint not null,
    weight            double precision,
    primary key (sample, psu)
);

-- Whoever visits households, apart from the tablet that is used.
create table interviewers (
    sample      text    not null references samples (sample),
    interviewer bigint not null,
    name        text    not null,
    primary key (sample, interviewer)
);

-- What became of a household: the day of a visit without an answer, never the time of
-- day, and no day at all of an answer, so that no status leads to a response.
create table sample_households (
    sample      text    not null,
    psu         text    not null,
    household   bigint not null,
    place       bigint not null,
    reserve     bigint not null,
    stands_for  bigint,
    interviewer bigint,
    status      text    not null,
    visits      bigint not null,
    visited_on  text,
    primary key (sample, psu, household),
    foreign key (sample, psu) references sample_psus (sample, psu)
);

-- A tablet with a sample is an interviewer's; one without is a counter's.
alter table devices add column sample text;
alter table devices add column interviewer bigint;
alter table enrolment_codes add column sample text;
alter table enrolment_codes add column interviewer bigint;

-- The sample that a response is of; most are of none.
alter table responses add column sample text;
create index responses_by_sample on responses (sample) where sample is not null;
