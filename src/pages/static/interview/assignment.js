// The households of one interviewer: kept on the tablet, told to the server, told again
// until it has said so. What became of a household is a state and no message, so that
// telling it twice or late changes nothing.

import { fact, write } from './storage.js';
import * as device from './device.js';
import { remember, waiting } from './queue.js';

/** How many households one message tells of. */
const MOST = 200;

let own;
let last = Promise.resolve();

/** Does `work` after what was begun before: nothing is written over. */
function inTurn(work) {
  const turn = last.then(work);
  last = turn.catch(() => {});
  return turn;
}

/** Reads what is kept of the assignment. */
export async function load() {
  own = await fact('assignment');
}

/** The sample, the interviewer and the households; undefined before the first load. */
export function current() {
  return own;
}

function isSame(one, other) {
  return one.psu === other.psu && one.household === other.household;
}

/** The household as it is now. */
export function now(household) {
  return own.households.find(one => isSame(one, household)) ?? household;
}

/** Whether it is to be visited: of the first draw, or called in. */
export function isIssued(household) {
  return !household.reserve || household.stands_for != null;
}

/** The reserve household that was called in for `household`, or undefined. */
export function replacement(household) {
  return own.households.find(one => one.psu === household.psu && one.stands_for === household.household);
}

/** The next reserve household of the same village, or undefined; one that was called in
    itself is not replaced again. */
export function reserveFor(household) {
  if (household.reserve || replacement(household)) return undefined;
  return own.households.find(one => one.psu === household.psu && one.reserve && one.stands_for == null);
}

/** How many households the server has not heard of. */
export function untold() {
  return own?.households.filter(one => one.untold).length ?? 0;
}

function changed(kept, household, change) {
  return { ...kept, households: kept.households.map(one => (isSame(one, household) ? { ...one, ...change } : one)) };
}

/** `next` with the moment since which the server has not heard of all of it. */
function dated(next, kept) {
  const isTold = !next.households.some(one => one.untold);
  return { ...next, untoldSince: isTold ? undefined : kept?.untoldSince ?? Date.now() };
}

/** Keeps what `work` makes of what is kept: read and written in one transaction, because
    another window may have written since; where the browser took it away, of what was known.
    `work` gives undefined when nothing changes, and may use the queue and the facts. Gives
    whether anything changed. */
async function keep(work) {
  let next;
  await write(['queue', 'facts'], (queue, facts) => {
    const asked = facts.get('assignment');
    asked.addEventListener('success', () => {
      const kept = asked.result ?? own;
      const made = work(kept, queue, facts);
      next = made && dated(made, kept);
      if (next !== undefined) facts.put(next, 'assignment');
      else own = kept;
    });
    return asked;
  });
  if (next !== undefined) own = next;
  return next !== undefined;
}

function find(kept, household) {
  return kept.households.find(one => isSame(one, household)) ?? household;
}

/** What the server has not heard of it, counted on. */
function untoldOnce(household) {
  return { untold: (household.untold ?? 0) + 1 };
}

/** Keeps what `household` has answered so far. Nobody is thanked for it yet, so it need not
    wait for the disk. */
export function keepUnderWay(interview) {
  return write('facts', store => store.put(interview, 'under-way'), 'relaxed');
}

/** Forgets what was answered so far and taken back. */
export function dropUnderWay() {
  return write('facts', store => store.delete('under-way'));
}

/** The interview during which the page went away, or undefined. */
export function underWay() {
  return fact('under-way');
}

/** Keeps what became of `household`, and with it the response where there is one, in the
    place of what was under way: both are on the disk, or neither. Nothing is kept, and false
    given, when it has answered. */
export function settle(household, change, response = undefined) {
  return inTurn(async () => {
    const item = response && waiting(response.id, response.body);
    const isKept = await keep((kept, queue, facts) => {
      if (item) facts.delete('under-way');
      const here = find(kept, household);
      if (here.status === 'answered') return undefined;
      if (item) queue.add(item);
      return changed(kept, household, { ...change, ...untoldOnce(here) });
    });
    if (item && isKept) remember(item);
    return isKept;
  });
}

/** Puts back what the browser took away with everything else. */
export function restore() {
  return inTurn(() => own && keep(kept => kept));
}

/** Calls the next reserve household in for `household`. */
export function callReserve(household) {
  return inTurn(() => keep(kept => {
    own = kept;
    const reserve = reserveFor(household);
    if (reserve === undefined) return undefined;
    const called = changed(kept, reserve, { stands_for: household.household });
    return changed(called, household, untoldOnce(find(kept, household)));
  }));
}

/** The tablet was enrolled, which the server allows for another sample only when nothing of
    the former one is left to tell: its households are forgotten then. */
export function enrolled() {
  return inTurn(async () => {
    if (own === undefined || own.sample === device.sample()) return;
    await write('facts', facts => {
      facts.delete('under-way');
      return facts.delete('assignment');
    });
    own = undefined;
  });
}

/** Whether the server has heard what `one` says now, by what was `sent`. */
function isHeard(one, sent) {
  return !one.untold || sent.some(other => isSame(one, other) && one.untold === other.untold);
}

/** A household as the server tells it, with what it has not heard of it yet. */
function merged(told, kept, sent) {
  const here = kept?.households.find(one => isSame(one, told));
  if (here === undefined) return told;
  if (!isHeard(here, sent)) return { ...told, ...here };
  const called = kept.households.find(one => one.psu === here.psu && one.household === here.stands_for);
  const isPending = called !== undefined && !isHeard(called, sent);
  // The part of the day is known on the tablet alone.
  const part = told.day === here.day ? here.part : undefined;
  return { ...told, part, stands_for: told.stands_for ?? (isPending ? here.stands_for : null) };
}

/** Tells the server what it has not heard and takes what it says. Gives whether there
    was an answer of ours. What is of another sample than the token's stays as it is, until
    the tablet is enrolled for that one again. */
export async function sync() {
  const sample = device.sample();
  if (untold() > 0 && own.sample !== sample) return false;
  const sent = (own?.households ?? []).filter(one => one.untold).slice(0, MOST);
  const households = sent.map(one => ({
    psu: one.psu,
    household: one.household,
    status: one.status,
    visits: one.visits,
    ...(one.day && one.status !== 'answered' ? { day: one.day, first_visit: one.first_visit } : {}),
    ...(replacement(one) ? { replaced_by: replacement(one).household } : {}),
  }));
  const message = JSON.stringify({ sample, households });
  const answer = await device.send('POST', '/api/v1/interviews:sync', message, device.headers());
  if (answer.status === 401 && await device.json(answer, 'application/problem+json')) {
    await device.refused();
    return false;
  }
  const told = answer.status === 200 ? await device.json(answer, 'application/json') : undefined;
  if (!Array.isArray(told?.households)) return false;
  return inTurn(() => keep(kept => {
    const isOther = kept !== undefined && kept.sample !== told.sample;
    if (isOther && kept.households.some(one => one.untold)) return undefined;
    const before = isOther ? undefined : kept;
    const all = told.households.map(one => merged(one, before, sent));
    // What was taken from this interviewer is kept until the server has heard of it.
    const gone = (before?.households ?? []).filter(one => !isHeard(one, sent) && !all.some(other => isSame(one, other)));
    return { ...told, households: [...all, ...gone] };
  }));
}
