with answer as (
  select response_id, 'A1' as item,
    case when "A1" in (4, 5) then 1 else 0 end as satisfied,
    case when "A1" in (1, 2, 3, 4, 5) then 1 else 0 end as valid,
    case when "A1" = 9 then 1 else 0 end as no_opinion
  from responses
  union all select response_id, 'A2' as item,
    case when "A2" in (4, 5) then 1 else 0 end as satisfied,
    case when "A2" in (1, 2, 3, 4, 5) then 1 else 0 end as valid,
    case when "A2" = 9 then 1 else 0 end as no_opinion
  from responses
  union all select response_id, 'A3' as item,
    case when "A3" in (4, 5) then 1 else 0 end as satisfied,
    case when "A3" in (1, 2, 3, 4, 5) then 1 else 0 end as valid,
    case when "A3" = 9 then 1 else 0 end as no_opinion
  from responses
  union all select response_id, 'A4' as item,
    case when "A4" in (4, 5) then 1 else 0 end as satisfied,
    case when "A4" in (1, 2, 3, 4, 5) then 1 else 0 end as valid,
    case when "A4" = 9 then 1 else 0 end as no_opinion
  from responses
  union all select response_id, 'A5' as item,
    case when "A5" in (4, 5) then 1 else 0 end as satisfied,
    case when "A5" in (1, 2, 3, 4, 5) then 1 else 0 end as valid,
    case when "A5" = 9 then 1 else 0 end as no_opinion
  from responses
), member as (
  select 'item' as level, 'A1' as code, 'A1' as item
  union all select 'item' as level, 'A2' as code, 'A2' as item
  union all select 'item' as level, 'A3' as code, 'A3' as item
  union all select 'item' as level, 'A4' as code, 'A4' as item
  union all select 'item' as level, 'A5' as code, 'A5' as item
  union all select 'component' as level, 'access' as code, 'A1' as item
  union all select 'component' as level, 'procedures' as code, 'A2' as item
  union all select 'component' as level, 'officials' as code, 'A3' as item
  union all select 'component' as level, 'results' as code, 'A4' as item
  union all select 'component' as level, 'feedback' as code, 'A5' as item
  union all select 'part' as level, 'service' as code, 'A1' as item
  union all select 'part' as level, 'service' as code, 'A2' as item
  union all select 'part' as level, 'service' as code, 'A3' as item
  union all select 'part' as level, 'service' as code, 'A4' as item
  union all select 'part' as level, 'service' as code, 'A5' as item
  union all select 'index' as level, 'quick-counter' as code, 'A1' as item
  union all select 'index' as level, 'quick-counter' as code, 'A2' as item
  union all select 'index' as level, 'quick-counter' as code, 'A3' as item
  union all select 'index' as level, 'quick-counter' as code, 'A4' as item
  union all select 'index' as level, 'quick-counter' as code, 'A5' as item
), respondent as (
  select response_id, level, code, count(*) as items,
    sum(satisfied) as satisfied, sum(valid) as valid, sum(no_opinion) as no_opinion
  from answer join member on member.item = answer.item
  group by response_id, level, code
), place as (
  select response_id, "channel", substr(answered_at, 1, 10) as "day" from responses
)
select 'quick-counter' as instrument, 1 as version, place."channel", place."day", a.level, a.code as a, b.code as b,
  count(*) as respondents, sum(a.valid) as valid, sum(a.satisfied) as satisfied,
  sum(a.no_opinion) as no_opinion, sum(a.items - a.valid - a.no_opinion) as unanswered,
  sum(case when a.valid > 0 then 1 else 0 end) as people,
  sum(a.satisfied * b.satisfied) as satisfied_satisfied,
  sum(a.satisfied * b.valid) as satisfied_valid,
  sum(a.valid * b.satisfied) as valid_satisfied,
  sum(a.valid * b.valid) as valid_valid
from respondent a
join respondent b on b.response_id = a.response_id and b.level = a.level and b.code >= a.code
join place on place.response_id = a.response_id
where a.code = b.code or a.level = 'component'
group by a.level, a.code, b.code, place."channel", place."day"
