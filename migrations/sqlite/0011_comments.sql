-- Comments apart from the answers: taken out of the documents the day after, with an id
-- of their own that tells the month and nothing else. The response is named so that a
-- comment comes, goes and is erased with it; nothing that staff read has it.
create table comments (
    comment_id       integer not null primary key,
    response_id      blob    not null unique references responses (response_id) on delete cascade,
    commune_code     text    not null,
    collection_point text    not null,
    scope            text    not null,
    month            text    not null,
    text             text    not null,
    words            text    not null,
    state            text    not null,
    published_text   text,
    changes          integer not null
) strict;

create index comments_by_state on comments (state, comment_id);

create index comments_published on comments (commune_code, month) where state = 'published';

create table comment_tags (
    comment_id integer not null references comments (comment_id) on delete cascade,
    tag        text    not null,
    primary key (comment_id, tag)
) strict;

-- What was decided, by whom and when. Rows are added and never changed.
create table comment_decisions (
    decision_id integer primary key,
    comment_id  integer not null references comments (comment_id) on delete cascade,
    at          integer not null,
    who         text    not null,
    state       text    not null,
    reason      text
) strict;

create index comment_decisions_by_comment on comment_decisions (comment_id, decision_id);

-- The words by which comments are found; they are folded before they come here.
create virtual table comment_words using fts5 (
    words, content = 'comments', content_rowid = 'comment_id',
    tokenize = 'unicode61 remove_diacritics 0'
);

insert into comment_words (comment_words, rank) values ('secure-delete', 1);

create trigger comment_words_are_added after insert on comments
begin
    insert into comment_words (rowid, words) values (new.comment_id, new.words);
end;

create trigger comment_words_are_removed after delete on comments
begin
    insert into comment_words (comment_words, rowid, words)
        values ('delete', old.comment_id, old.words);
end;
