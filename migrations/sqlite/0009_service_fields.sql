-- The fields of procedures that visitors of a point may name, one a line in their order;
-- a point without a row does not ask.
create table service_fields (
    collection_point text not null primary key,
    names            text not null
) strict;

-- Points whose tablets go on by themselves once an option was touched.
create table auto_advance (
    collection_point text not null primary key
) strict;
