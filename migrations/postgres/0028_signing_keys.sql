-- The public half of the key by which a tablet signs the file of its queue; a tablet that
-- was enrolled before has none.
alter table devices add column signing_key bytea;
