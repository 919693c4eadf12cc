-- Since when no more answers are begun at a collection point; null while it is open.
alter table collection_points add column retired_at bigint;
