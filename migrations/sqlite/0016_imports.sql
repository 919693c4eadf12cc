-- A file that is being imported is one batch, however many people ask for it at once.
update batches set undone_at = begun_at, undone_why = 'thay bằng đợt nhập sau của cùng tệp'
where finished_at is null and undone_at is null and sha256 <> '' and exists
    (select 1 from batches as later
     where later.batch_id > batches.batch_id and later.sha256 = batches.sha256
     and later.finished_at is null and later.undone_at is null);

create unique index batches_under_way on batches
    (sha256, instrument, version, channel, point, map, file_name)
    where finished_at is null and undone_at is null and sha256 <> '';

-- The map (TOML) by which the file was read, empty without one; and who imported it, as
-- they were called, empty for the command line.
alter table batches add column map_text text not null default '';
alter table batches add column imported_by text not null default '';
