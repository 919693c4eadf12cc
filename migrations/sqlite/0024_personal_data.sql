-- The receipt of each response, by which its sender asks what is kept and takes it back.
-- Rows of before get theirs from the program within the hour.
alter table responses add column receipt text;
create index responses_by_receipt on responses (receipt);

-- A response is reduced to its day once its term is over: the salt goes with the moment,
-- which could be found again with it.
create index responses_not_reduced on responses (answered_at) where length(salt) > 0;

-- Lines of the audit log that are older than the moment noted here are over, and may be
-- removed; no others may.
drop trigger staff_audit_is_not_removed;
create trigger staff_audit_is_not_removed before delete on staff_audit
when old.at >= coalesce(
    (select cast(value as integer) from facts where name = 'audit_kept_from'), old.at)
begin
    select raise(abort, 'the audit log is append-only');
end;
