-- Who may act for a unit. The scope is a path, such as /56/22651/, that begins the
-- path of everything in it. The secret of the second factor is sealed with a key that
-- is not in this database.
create table staff_accounts (
    account_id     blob not null primary key,
    name           text not null unique,
    full_name      text not null,
    role           text not null,
    scope          text not null,
    password_hash  text,
    totp_secret    blob,
    totp_step      integer not null,
    reset_asked_by text,
    reset_asked_at integer,
    created_at     integer not null,
    disabled_at    integer
) strict;

create table staff_recovery_codes (
    account_id blob not null references staff_accounts (account_id),
    code_hash  blob not null,
    primary key (account_id, code_hash)
) strict;

-- One-time links; the one without an account is the first administrator's.
create table staff_links (
    token_hash blob not null primary key,
    kind       text not null,
    account_id blob references staff_accounts (account_id),
    expires_at integer not null
) strict;

create table staff_sessions (
    token_hash blob not null primary key,
    session_id blob not null unique,
    account_id blob not null references staff_accounts (account_id),
    stage      text not null,
    begun_at   integer not null,
    seen_at    integer not null,
    proved_at  integer not null
) strict;

create index staff_sessions_by_account on staff_sessions (account_id);

-- What was being typed when a session ended, sealed; purged after an hour.
create table staff_kept_forms (
    account_id blob not null references staff_accounts (account_id),
    path       text not null,
    fields     blob not null,
    kept_at    integer not null,
    primary key (account_id, path)
) strict;

-- Who did what, when, where, and how it ended. Rows are added and never changed.
create table staff_audit (
    seq     integer primary key,
    at      integer not null,
    who     text not null,
    action  text not null,
    scope   text not null,
    subject text not null,
    outcome text not null
) strict;

create trigger staff_audit_is_not_changed before update on staff_audit
begin
    select raise(abort, 'the audit log is append-only');
end;

create trigger staff_audit_is_not_removed before delete on staff_audit
begin
    select raise(abort, 'the audit log is append-only');
end;
