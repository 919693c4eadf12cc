// When a visit without an answer counts: in another part of the day than the one before, and
// the one that makes a household absent on another day than the first. Whoever rings three
// times within a minute was there once.

/** How many visits without anybody at home make a household absent. */
export const VISITS_BEFORE_ABSENT = 3;
/** Vietnam's time, in milliseconds ahead of UTC. */
const AHEAD = 7 * 3600000;
/** The hours at which the afternoon and the evening begin. */
const BEGINNINGS = [12, 18];
/** What the next part of the day is called, by the one that it is. */
const NEXT = ['afternoon', 'evening', 'tomorrow'];

/** The day and its part (0 to 2) in Vietnam at a moment in milliseconds. */
export function timeOf(moment) {
  const local = new Date(moment + AHEAD).toISOString();
  const hour = Number(local.slice(11, 13));
  return { day: local.slice(0, 10), part: BEGINNINGS.filter(beginning => hour >= beginning).length };
}

/** From when on the next visit to `household` counts: `afternoon`, `evening`, `tomorrow`, or
    undefined when it counts at the time `at`. */
export function nextCounts({ visits, day, part, first_visit }, at) {
  if (visits === 0 || day !== at.day) return undefined;
  const isOnOneDay = visits + 1 >= VISITS_BEFORE_ABSENT && (first_visit ?? day) === at.day;
  // Another tablet told of the day, and nobody of its part.
  if (isOnOneDay || part === undefined) return 'tomorrow';
  return part === at.part ? NEXT[part] : undefined;
}
