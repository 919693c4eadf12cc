-- Reports of the calendar of a commune's plan that were sent: which, on what day, and who
-- noted it. What is taken back is gone from here; the audit log has both.
create table sent_reports (
    commune_code text not null,
    report       text not null,
    sent_on      text not null,
    noted_by     text not null,
    primary key (commune_code, report)
);
