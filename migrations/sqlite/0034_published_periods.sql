-- Which periods stand published, newest first, without reading what was published.
create index publications_by_end on publications (instrument, end_day, first_day, commune_code);
