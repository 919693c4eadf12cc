-- A petition that was overdue when it was refused or marked as a duplicate is late
-- like one that was answered too late: what went before is brought to the same rule.
update petitions set late = 1
    where state in ('refused', 'duplicate') and settled_on > answer_by;

-- What is kept says itself until when: a form that was being typed waits longer than a
-- file that is being read in. What was there had an hour.
alter table staff_kept_forms rename column kept_at to kept_until;
update staff_kept_forms set kept_until = kept_until + 3600000;
