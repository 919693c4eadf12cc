// The queue: a response is in it from the moment it is thanked for until the
// server has it. A refused one stays apart until staff export it.

import { fact, read, write } from './storage.js';

/** A response, a text of JSON, as it waits. */
export function waiting(responseId, body) {
  return { responseId, body, queuedAt: Date.now(), waiting: 1 };
}

/** Everything in the queue, by id: what is put back when the browser takes it away. */
const known = new Map();
/** How many responses the server has taken from this tablet, as far as is known. */
let sent = 0;

/** Reads the queue, so that nothing of it is lost while the page is open. */
export async function load() {
  const items = await read('queue', store => store.getAll());
  items.forEach(remember);
  sent = (await fact('sent')) ?? 0;
}

/** Notes what was stored in the queue. */
export function remember({ n, ...item }) {
  known.set(item.responseId, item);
}

/** Stores one response, a text of JSON, in the place of what was unfinished; comes back
    once it is safe on the disk. */
export async function add(responseId, body) {
  const item = waiting(responseId, body);
  await write(['queue', 'facts'], (store, facts) => {
    facts.delete('unfinished');
    return store.add(item);
  });
  remember(item);
}

/** How many responses are in the queue, as far as this page knows. */
export function remembered() {
  return known.size;
}

/** Puts back what the browser took away with everything else. */
export function restore() {
  return write(['queue', 'facts'], (store, facts) => {
    const there = store.getAll();
    there.addEventListener('success', () => {
      const ids = there.result.map(item => item.responseId);
      for (const item of known.values()) if (!ids.includes(item.responseId)) store.add(item);
    });
    const count = facts.get('sent');
    count.addEventListener('success', () => facts.put(Math.max(count.result ?? 0, sent), 'sent'));
    return there;
  });
}

/** Keeps what a person has answered so far. Nobody is thanked for it yet, so it need not
    wait for the disk. */
export function keepUnfinished(response) {
  return write('facts', store => store.put(response, 'unfinished'), 'relaxed');
}

/** Forgets what a person had answered who took it back. */
export function dropUnfinished() {
  return write('facts', store => store.delete('unfinished'));
}

/** Queues what somebody had answered when the device died. */
export async function takeUnfinished() {
  const left = await fact('unfinished');
  if (left !== undefined) await add(left.id, left.body);
}

/** The response that waits longest, or undefined. */
export function oldest() {
  return read('queue', store => store.index('waiting').get(1));
}

/** Does `work` with what is in the place of `item`, if it is `item` still: in a storage that
    was cleared, places are given anew. */
function inPlace(item, work, durability) {
  return write(['queue', 'facts'], (store, facts) => {
    const found = store.get(item.n);
    found.addEventListener('success', () => found.result?.responseId === item.responseId && work(store, facts));
    return found;
  }, durability);
}

/** Removes a response that the server has, and counts it. Should the disk not have heard of
    it, it is sent once more under the same id. */
export async function remove(item) {
  known.delete(item.responseId);
  await inPlace(item, (store, facts) => {
    store.delete(item.n);
    const count = facts.get('sent');
    count.addEventListener('success', () => {
      sent = (count.result ?? sent) + 1;
      facts.put(sent, 'sent');
    });
  }, 'relaxed');
}

/** Sets a response apart that the server refused, with the code of the reason. */
export async function quarantine(item, reason) {
  const { waiting, ...kept } = item;
  await inPlace(item, store => store.put({ ...kept, reason }));
  if (known.has(item.responseId)) remember({ ...kept, reason });
}

/** Puts what the server refused back to be sent once more: it may take it by now, or have it. */
export async function retry() {
  const again = ({ reason, ...item }) => ({ ...item, waiting: 1 });
  await write('queue', store => {
    const all = store.getAll();
    all.addEventListener('success', () => {
      for (const item of all.result) if (item.reason !== undefined) store.put(again(item));
    });
    return all;
  });
  for (const item of known.values()) if (item.reason !== undefined) remember(again(item));
}

/** How many responses wait, how many are set apart, how many the server has taken, and when
    the oldest came in. */
export async function summary() {
  const [first, waiting, all, sent] = await Promise.all([
    oldest(),
    read('queue', store => store.index('waiting').count()),
    read('queue', store => store.count()),
    fact('sent'),
  ]);
  return { queued: waiting, quarantined: all - waiting, sent: sent ?? 0, oldestAt: first?.queuedAt };
}

/** Whether a response of the largest size can be stored; fails when it cannot. */
export async function hasRoom() {
  const probe = new Uint8Array(16384);
  await write('facts', store => store.put(probe, 'probe'));
  await write('facts', store => store.delete('probe'));
  return true;
}

/** Everything in the queue as lines that `hailong device import` takes: first whose it is
    and by how many seconds its clock was ahead, then the responses in their order, and in
    the end what `sign` gives for all of that, if it gives anything. */
export async function exported(deviceId, lead, sign) {
  const head = { device_id: deviceId, clock_lead_seconds: lead };
  const items = await read('queue', store => store.getAll());
  const lines = items.map(item => JSON.stringify({ response_id: item.responseId, ...JSON.parse(item.body) }));
  const text = [JSON.stringify(head), ...lines].join('\n');
  const signature = await sign(text);
  return [text, ...signature ? [JSON.stringify({ signature })] : [], ''].join('\n');
}
