-- Texts with which a commune's answers to petitions begin. One that replaces a shipped
-- template stands in its place. The revision counts changes, so that nobody overwrites
-- what another has just saved.
create table reply_templates (
    template_id  bigint generated always as identity primary key,
    revision     bigint not null,
    scope        text   not null,
    commune_code text   not null,
    replaces     text,
    title        text   not null,
    body         text   not null,
    unique (commune_code, replaces)
);
