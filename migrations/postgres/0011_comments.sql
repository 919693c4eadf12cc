-- Comments apart from the answers: taken out of the documents the day after, with an id
-- of their own that tells the month and nothing else. The response is named so that a
-- comment comes, goes and is erased with it; nothing that staff read has it.
create table comments (
    comment_id       bigint   not null primary key,
    response_id      uuid     not null unique references responses (response_id) on delete cascade,
    commune_code     text     not null,
    collection_point text     not null,
    scope            text     not null,
    month            text     not null,
    text             text     not null,
    words            tsvector not null,
    state            text     not null,
    published_text   text,
    changes          bigint   not null
);

create index comments_by_state on comments (state, comment_id);

create index comments_published on comments (commune_code, month) where state = 'published';

-- The words by which comments are found; they are folded before they come here.
create index comments_by_words on comments using gin (words);

create table comment_tags (
    comment_id bigint not null references comments (comment_id) on delete cascade,
    tag        text   not null,
    primary key (comment_id, tag)
);

-- What was decided, by whom and when. Rows are added and never changed.
create table comment_decisions (
    decision_id bigint generated always as identity primary key,
    comment_id  bigint not null references comments (comment_id) on delete cascade,
    at          bigint not null,
    who         text   not null,
    state       text   not null,
    reason      text
);

create index comment_decisions_by_comment on comment_decisions (comment_id, decision_id);
