-- A sender may ask that what leads to a person is covered in what was said of a petition.
-- Its history lets go of words, and of nothing else, only while that is noted in `facts`,
-- within one transaction.
drop trigger petition_events_are_not_changed on petition_events;

create trigger petition_events_are_not_removed before delete or truncate on petition_events
    for each statement execute function petition_events_are_append_only();

create function petition_events_keep_all_but_words() returns trigger language plpgsql as $$
begin
    if new.code = old.code and new.version = old.version and new.on_day = old.on_day
        and new.who = old.who
        and exists (select 1 from facts where name = 'covered_petition ' || old.code) then
        return new;
    end if;
    raise exception 'the history of a petition is append-only';
end
$$;

create trigger petition_events_are_not_changed before update on petition_events
    for each row execute function petition_events_keep_all_but_words();
