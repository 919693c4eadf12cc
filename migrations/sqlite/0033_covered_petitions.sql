-- A sender may ask that what leads to a person is covered in what was said of a petition.
-- Its history lets go of words, and of nothing else, only while that is noted in `facts`,
-- within one transaction.
drop trigger petition_events_are_not_changed;
create trigger petition_events_are_not_changed before update on petition_events
when new.code <> old.code or new.version <> old.version or new.on_day <> old.on_day
    or new.who <> old.who
    or not exists (select 1 from facts where name = 'covered_petition ' || old.code)
begin
    select raise(abort, 'the history of a petition is append-only');
end;
