-- Who may act for a unit. The scope is a path, such as /56/22651/, that begins the
-- path of everything in it. The secret of the second factor is sealed with a key that
-- is not in this database.
create table staff_accounts (
    account_id     uuid not null primary key,
    name           text not null unique,
    full_name      text not null,
    role           text not null,
    scope          text not null,
    password_hash  text,
    totp_secret    bytea,
    totp_step      bigint not null,
    reset_asked_by text,
    reset_asked_at bigint,
    created_at     bigint not null,
    disabled_at    bigint
);

create table staff_recovery_codes (
    account_id uuid not null references staff_accounts (account_id),
    code_hash  bytea not null,
    primary key (account_id, code_hash)
);

-- One-time links; the one without an account is the first administrator's.
create table staff_links (
    token_hash bytea not null primary key,
    kind       text not null,
    account_id uuid references staff_accounts (account_id),
    expires_at bigint not null
);

create table staff_sessions (
    token_hash bytea not null primary key,
    session_id uuid not null unique,
    account_id uuid not null references staff_accounts (account_id),
    stage      text not null,
    begun_at   bigint not null,
    seen_at    bigint not null,
    proved_at  bigint not null
);

create index staff_sessions_by_account on staff_sessions (account_id);

-- What was being typed when a session ended, sealed; purged after an hour.
create table staff_kept_forms (
    account_id uuid not null references staff_accounts (account_id),
    path       text not null,
    fields     bytea not null,
    kept_at    bigint not null,
    primary key (account_id, path)
);

-- Who did what, when, where, and how it ended. Rows are added and never changed.
create table staff_audit (
    seq     bigint generated always as identity primary key,
    at      bigint not null,
    who     text not null,
    action  text not null,
    scope   text not null,
    subject text not null,
    outcome text not null
);

create function staff_audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end
$$;

create trigger staff_audit_is_not_changed before update or delete or truncate on staff_audit
    for each statement execute function staff_audit_is_append_only();
