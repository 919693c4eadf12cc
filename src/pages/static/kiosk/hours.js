// Opening hours, in Vietnam's time whatever the device's zone is.

const MINUTE = 60000;
const ZONE = 7 * 60;

/** Whether the point is open at `now`; without any span it always is. */
export function isOpen(spans, now) {
  if (spans.length === 0) return true;
  const minutes = Math.floor(now / MINUTE) + ZONE;
  // 1 January 1970 was a Thursday, the fourth day from Monday.
  const day = (Math.floor(minutes / 1440) + 3) % 7;
  const minute = ((minutes % 1440) + 1440) % 1440;
  return spans.some(span => span.day === day && span.from <= minute && minute < span.until);
}

function time(minute) {
  const two = number => String(number).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** One line for each run of days with the same hours, with the names of `days`. */
export function lines(spans, days) {
  const byDay = days.map((_, day) => spans.filter(span => span.day === day)
    .map(span => `${time(span.from)}–${time(span.until)}`).join(', '));
  const runs = [];
  byDay.forEach((hours, day) => {
    const last = runs.at(-1);
    if (last?.hours === hours) last.until = day;
    else runs.push({ hours, from: day, until: day });
  });
  return runs.filter(run => run.hours !== '').map(run => {
    const name = run.from === run.until ? days[run.from] : `${days[run.from]} – ${days[run.until]}`;
    return `${name}: ${run.hours}`;
  });
}
