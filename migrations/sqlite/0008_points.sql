-- Since when no more answers are begun at a collection point; null while it is open.
alter table collection_points add column retired_at integer;

-- Survey links that this program mails itself. The mailbox and the token are sealed with
-- the key that is not in this database, and removed when nothing more is to be sent. A
-- mail is claimed before it is handed over and never handed over again unless the mail
-- server certainly did not take it.
create table link_mails (
    dossier          blob not null primary key references survey_links (dossier),
    collection_point text not null,
    sealed           blob,
    made_at          integer not null,
    due_at           integer,
    reminder         integer not null,
    attempts         integer not null,
    claimed_at       integer,
    sent_at          integer,
    reminded_at      integer,
    failed_at        integer,
    failure          text
) strict;

create index link_mails_by_due on link_mails (due_at);

