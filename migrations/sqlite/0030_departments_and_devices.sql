-- In which department of the unit somebody works, as an administrator wrote it; empty where
-- nobody did. What is assigned to it is shown to them first.
alter table staff_accounts add column department text not null default '';

-- What kind of device a session was begun on, in one word; empty where it is not known.
-- What the browser says of itself beyond that is not kept.
alter table staff_sessions add column device text not null default '';
