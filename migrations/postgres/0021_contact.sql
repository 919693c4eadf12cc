-- How citizens reach the centre of a collection point; a point without a row names nothing.
create table centre_contacts (
    collection_point text not null primary key,
    telephone        text not null,
    address          text not null,
    note             text not null
);

-- A centre may read its own questions aloud: recordings get a collection point, which is
-- empty for those that are heard at every point.
alter table recordings rename to recordings_of_every_point;

create table recordings (
    collection_point text    not null,
    instrument       text    not null,
    item             text    not null,
    language         text    not null,
    media_type       text    not null,
    content          bytea   not null,
    hash             text    not null,
    added_at         bigint not null,
    primary key (collection_point, instrument, item, language)
);

insert into recordings
    (collection_point, instrument, item, language, media_type, content, hash, added_at)
select '', instrument, item, language, media_type, content, hash, added_at
from recordings_of_every_point;

drop table recordings_of_every_point;
