-- A response of a sample takes one of the places of its primary sampling unit, of which
-- there are as many as households to visit. Which household it is of is nowhere.
create table sample_places (
    response_id uuid    not null primary key,
    sample      text    not null,
    psu         text    not null,
    foreign key (sample, psu) references sample_psus (sample, psu)
);

create index sample_places_by_psu on sample_places (sample, psu);

insert into sample_places (response_id, sample, psu)
    select response_id, sample, (document::json)->'sample'->>'psu' from responses where sample is not null;

-- A sample that was added by mistake and has no responses.
alter table samples add column withdrawn_at bigint;
alter table samples add column withdrawn_why text;
