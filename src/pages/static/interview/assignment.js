// The households of one interviewer: kept on the tablet, told to the server, told again
// until it has said so. What became of a household is a state and no message, so that
// telling it twice or late changes nothing.

import { fact, keepFact, write } from './storage.js';
import * as device from './device.js';
import { waiting } from './queue.js';

/** How many visits without anybody at home make a household absent. */
export const VISITS_BEFORE_ABSENT = 3;
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

/** The next reserve household of the same village, or undefined. */
export function reserveFor(household) {
  if (replacement(household)) return undefined;
  return own.households.find(one => one.psu === household.psu && one.reserve && one.stands_for == null);
}

/** How many households the server has not heard of. */
export function untold() {
  return own?.households.filter(one => one.untold).length ?? 0;
}

function changed(household, change) {
  return { ...own, households: own.households.map(one => (isSame(one, household) ? { ...one, ...change } : one)) };
}

/** Keeps what became of `household`, and with it the response where there is one: both
    are on the disk, or neither. */
export function settle(household, change, response = undefined) {
  return inTurn(async () => {
    const count = (now(household).untold ?? 0) + 1;
    const next = changed(household, { ...change, untold: count });
    await write(['queue', 'facts'], (queue, facts) => {
      if (response) queue.add(waiting(response.id, response.body));
      return facts.put(next, 'assignment');
    });
    own = next;
  });
}

/** Calls the next reserve household in for `household`. */
export function callReserve(household) {
  return inTurn(async () => {
    const reserve = reserveFor(household);
    if (reserve === undefined) return;
    own = changed(reserve, { stands_for: household.household });
    own = changed(household, { untold: (now(household).untold ?? 0) + 1 });
    await keepFact('assignment', own);
  });
}

/** A household as the server tells it, with what it has not heard of it yet. */
function merged(told, sent) {
  const here = own?.households.find(one => isSame(one, told));
  if (here === undefined) return told;
  const heard = sent.some(one => isSame(one, told) && one.untold === here.untold);
  if (here.untold && !heard) return { ...told, ...here };
  return { ...told, stands_for: told.stands_for ?? here.stands_for };
}

/** Tells the server what it has not heard and takes what it says. Gives whether there
    was an answer of ours. */
export async function sync() {
  const sent = (own?.households ?? []).filter(one => one.untold).slice(0, MOST);
  const households = sent.map(one => ({
    psu: one.psu,
    household: one.household,
    status: one.status,
    visits: one.visits,
    ...(one.day && one.status !== 'answered' ? { day: one.day } : {}),
    ...(replacement(one) ? { replaced_by: replacement(one).household } : {}),
  }));
  const answer = await device.send('POST', '/api/v1/interviews:sync', JSON.stringify({ households }), device.headers());
  if (answer.status === 401 && await device.json(answer, 'application/problem+json')) {
    await device.refused();
    return false;
  }
  const told = answer.status === 200 ? await device.json(answer, 'application/json') : undefined;
  if (!Array.isArray(told?.households)) return false;
  await inTurn(async () => {
    const all = told.households.map(one => merged(one, sent));
    // What was taken from this interviewer is kept until the server has heard of it.
    const gone = (own?.households ?? []).filter(one => one.untold && !all.some(other => isSame(one, other))
      && !sent.some(other => isSame(one, other) && other.untold === one.untold));
    const next = { ...told, households: [...all, ...gone] };
    await keepFact('assignment', next);
    own = next;
  });
  return true;
}
