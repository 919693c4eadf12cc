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

/** How many households of its interviewer the server has not heard of, and since when there
    are any; nothing at the counter. */
export async function untold() {
  if (own.sample == null) return {};
  const assignment = await fact('assignment');
  return { count: assignment?.households.filter(one => one.untold).length ?? 0, since: assignment?.untoldSince };
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

/** The curve of the keys by which tablets sign, and the hash. */
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };

function base64(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

/** A key to sign with, whose secret half the browser gives to nobody, and what the server is
    told of it; neither where the page did not come over HTTPS. */
async function newKey() {
  if (!globalThis.crypto?.subtle) return {};
  const { privateKey, publicKey } = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify']);
  return { key: privateKey, signing_key: base64(await crypto.subtle.exportKey('raw', publicKey)) };
}

/** The signature of `text` by this tablet, in Base64; undefined when it was enrolled without
    a key. */
export async function sign(text) {
  if (own.key === undefined) return undefined;
  return base64(await crypto.subtle.sign(SIGNING, own.key, new TextEncoder().encode(text)));
}

/** Changes a code for a token. Gives undefined when done, else what the server said: also
    that the code is of another sample than what waits here to be sent. */
export async function enrol(code) {
  const { key, signing_key } = await newKey();
  const asked = JSON.stringify({ code, signing_key, unsent: await unsent(), former: await former() });
  const answer = await send('POST', '/api/v1/devices:enrol', asked, { 'Accept-Language': document.documentElement.lang });
  if (answer.status === 201) {
    const enrolled = await json(answer, 'application/json');
    if (enrolled?.token) {
      own = { ...enrolled, key };
      await keepFact('device', own);
      return undefined;
    }
  }
  const problem = await json(answer, 'application/problem+json');
  if (!problem?.detail) throw new Error('no answer of ours');
  return problem.detail;
}

function secondsSince(moment) {
  return Math.max(0, Math.round((Date.now() - moment) / 1000));
}

/** Tells the server how the device is; gives the opening hours it was told, if it was. */
export async function report(version) {
  // A device that cannot even be read must say so rather than fall silent.
  const { queued, quarantined, sent, oldestAt, unread } = await summary().catch(() => ({ queued: 0, quarantined: 0, unread: 1 }));
  const { count, since } = await untold().catch(() => ({}));
  const persisted = (await navigator.storage?.persisted?.()) ?? false;
  const told = {
    queued,
    oldest_seconds: oldestAt === undefined ? null : secondsSince(oldestAt),
    quarantined,
    sent,
    untold: count,
    untold_seconds: since && secondsSince(since),
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
  own = { ...own, skew: Date.parse(noted.now) - Date.now(), seenAt: Date.now(), refusedAt: undefined, queued, untold: count, lost: noted.lost, lostHouseholds: noted.lost_households };
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

/** How many households it last told the server that it has not heard of. */
export function toldUntold() {
  return own.untold ?? 0;
}

/** Of how many households the results are lost, by what the server says. */
export function lostHouseholds() {
  return own.lostHouseholds ?? 0;
}

/** How many responses are lost that this tablet had told of, by what the server says. */
export function lost() {
  return own.lost ?? 0;
}
