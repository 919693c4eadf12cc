-- What one person decides or corrects waits for another who says the same; before, one
-- was enough, and rows of that time name the same person twice.
alter table paper_keyings add column agreed_by text;
alter table paper_keyings add column agreed_at integer;
update paper_keyings set agreed_by = keyed_by, agreed_at = keyed_at
where purpose in ('decided', 'corrected');

-- A batch that is given up keeps what was keyed in it, and its sheets are free. What was
-- replaced by giving it up is told by its moment.
alter table paper_keyings add column given_up_at integer;
drop index paper_keyings_of_sheets;
update paper_keyings set given_up_at = replaced_at, replaced_at = null
where keying_id in
    (select max(k.keying_id) from paper_keyings k join batches b on b.batch_id = k.batch_id
     where b.undone_at = k.replaced_at group by k.batch_id, k.serial, k.purpose);
create unique index paper_keyings_of_sheets on paper_keyings (serial)
    where replaced_at is null and given_up_at is null
    and purpose = 'first' and fate in ('answered', 'blank', 'void');
