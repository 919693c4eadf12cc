// The device itself: its token, and what it tells the server of its state.

import { fact, keepFact } from './storage.js';
import { summary } from './queue.js';

/** How long answers are still taken after the server refused the token: a day. */
const PATIENCE = 24 * 3600 * 1000;

let own;

/** Reads what is kept of the device. */
export async function load() {
  own = (await fact('device')) ?? own ?? {};
}

/** From now on it is none that was enrolled, and knows only which one it was. */
export function forget() {
  own = { former: own.device_id ?? own.former };
}

/** Finds that it still is enrolled, or keeps which one it was. */
export async function restore() {
  await load();
  if (own.token === undefined) await keepFact('device', own);
}

/** Whether it was enrolled for the counter of `point`. */
export function enrolledFor(point) {
  return own.token !== undefined && own.point === point && !own.sample;
}

/** The sample that it interviews for at `point`, or undefined. */
export function interviewsAt(point) {
  return own.token !== undefined && own.point === point && own.sample ? own.sample : undefined;
}

/** The sample that it interviews for, or undefined. */
export function sample() {
  return own.sample ?? undefined;
}

/** The sample of which something waits to be sent, or undefined. */
async function unsent() {
  const assignment = await fact('assignment');
  if (assignment?.households.some(one => one.untold)) return assignment.sample;
  return (await summary()).queued > 0 ? sample() ?? assignment?.sample : undefined;
}

/** Which device it was before, and what it holds of what it took as that one. */
async function former() {
  const device_id = own.device_id ?? own.former;
  if (device_id === undefined) return undefined;
  const { queued, quarantined, sent } = await summary();
  return { device_id, queued, quarantined, sent };
}

/** Its id, or undefined. */
export function id() {
  return own.device_id;
}

/** The hash and salt of the PIN, or undefined. */
export function pin() {
  return own.pin;
}

/** Whether the server refused the token so long ago that nothing more is taken. */
export function isOff(now = Date.now()) {
  return own.refusedAt !== undefined && Math.abs(now - own.refusedAt) >= PATIENCE;
}

/** Whether the server refuses the token. */
export function isRefused() {
  return own.refusedAt !== undefined;
}

/** Notes that the server refuses the token. */
export async function refused() {
  if (own.refusedAt === undefined) {
    own = { ...own, refusedAt: Date.now() };
    await keepFact('device', own);
  }
}

/** Notes that an answer could not be saved; the count may itself be past saving. */
export function failed() {
  own = { ...own, failures: (own.failures ?? 0) + 1 };
  keepFact('device', own).catch(() => {});
}

/** By how many milliseconds the server's clock is ahead; undefined when it never told. */
export function skew() {
  return own.skew;
}

/** Now, by the server's clock as far as it is known. */
export function now() {
  return Date.now() + (own.skew ?? 0);
}

/** What every message to the server carries. */
export function headers() {
  return {
    'Content-Type': 'application/json',
    'Authorization': `Bearer ${own.token}`,
    'Device-Clock': new Date().toISOString(),
  };
}

/** The JSON of an answer whose media type is `type`; undefined for anything else, such as
    the page of a network that wants a sign-in. */
export async function json(answer, type) {
  if (!answer.headers.get('Content-Type')?.startsWith(type)) return undefined;
  return answer.json().catch(() => undefined);
}

/** Sends `body`; a redirection is no answer of ours. */
export function send(method, address, body, more = {}) {
  return fetch(address, {
    method,
    body,
    headers: { 'Content-Type': 'application/json', ...more },
    redirect: 'error',
    cache: 'no-store',
    credentials: 'omit',
    signal: AbortSignal.timeout(30000),
  });
}

/** Changes a code for a token. Gives undefined when done, else what the server said: also
    that the code is of another sample than what waits here to be sent. */
export async function enrol(code) {
  const answer = await send('POST', '/api/v1/devices:enrol', JSON.stringify({ code, unsent: await unsent(), former: await former() }), { 'Accept-Language': document.documentElement.lang });
  if (answer.status === 201) {
    const enrolled = await json(answer, 'application/json');
    if (enrolled?.token) {
      own = enrolled;
      await keepFact('device', own);
      return undefined;
    }
  }
  const problem = await json(answer, 'application/problem+json');
  if (!problem?.detail) throw new Error('no answer of ours');
  return problem.detail;
}

/** Tells the server how the device is; gives the opening hours it was told, if it was. */
export async function report(version) {
  // A device that cannot even be read must say so rather than fall silent.
  const { queued, quarantined, sent, oldestAt, unread } = await summary().catch(() => ({ queued: 0, quarantined: 0, unread: 1 }));
  const persisted = (await navigator.storage?.persisted?.()) ?? false;
  const told = {
    queued,
    oldest_seconds: oldestAt === undefined ? null : Math.max(0, Math.round((Date.now() - oldestAt) / 1000)),
    quarantined,
    sent,
    version,
    device_clock: new Date().toISOString(),
    persisted,
    failures: (own.failures ?? 0) + (unread ?? 0),
  };
  const answer = await send('POST', '/api/v1/devices:report', JSON.stringify(told), headers());
  if (answer.status === 401 && await json(answer, 'application/problem+json')) {
    await refused();
    return undefined;
  }
  const noted = answer.status === 200 ? await json(answer, 'application/json') : undefined;
  if (!Array.isArray(noted?.opening_hours)) return undefined;
  // Whoever answers the report takes answers too: a refusal before was another server's.
  own = { ...own, skew: Date.parse(noted.now) - Date.now(), seenAt: Date.now(), refusedAt: undefined, queued, lost: noted.lost };
  await keepFact('device', own);
  return noted.opening_hours;
}

/** When the server last answered, by the device's clock; undefined when never. */
export function seenAt() {
  return own.seenAt;
}

/** How many responses waited when it last told the server. */
export function toldQueued() {
  return own.queued ?? 0;
}

/** How many responses are lost that this tablet had told of, by what the server says. */
export function lost() {
  return own.lost ?? 0;
}
