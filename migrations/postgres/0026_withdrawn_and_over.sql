-- A decision about the results of a period publishes them, or takes back what was
-- published. The one that takes back is a row of its own, the next number, without a
-- document; what it takes back stays stored and is shown to nobody.
alter table publications add column withdraws integer not null default 0
    check (withdraws in (0, 1));

-- How many responses of the period's days counted when it was decided, and the sum of
-- their places: while both are the same, so are the figures. Empty where nobody noted it.
alter table publications add column made_of text not null default '';

-- What is over is looked for every day: only what is, however much was kept before.
create index comments_by_month on comments (month);
create index paper_keyings_with_text on paper_keyings (keyed_at)
    where document like '%"comment":"%';
create index visit_tokens_by_moment on visit_tokens (made_at);
create index survey_links_by_moment on survey_links (made_at);
create index staff_audit_by_moment on staff_audit (at);
