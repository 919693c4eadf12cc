-- Since when no more answers are begun at a collection point; null while it is open.
alter table collection_points add column retired_at bigint;

-- Survey links that this program mails itself. The mailbox and the token are sealed with
-- the key that is not in this database, and removed when nothing more is to be sent. A
-- mail is claimed before it is handed over and never handed over again unless the mail
-- server certainly did not take it.
create table link_mails (
    dossier          bytea not null primary key references survey_links (dossier),
    collection_point text not null,
    sealed           bytea,
    made_at          bigint not null,
    due_at           bigint,
    reminder         bigint not null,
    attempts         bigint not null,
    claimed_at       bigint,
    sent_at          bigint,
    reminded_at      bigint,
    failed_at        bigint,
    failure          text
);

create index link_mails_by_due on link_mails (due_at);

