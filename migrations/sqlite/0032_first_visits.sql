-- The day of the first visit to a household that has not answered: whoever was looked for on one
-- day only is not absent yet. Like the day of the last visit it is none once there is an answer.
alter table sample_households add column first_visit_on text;
