// The queue: a response is in it from the moment it is thanked for until the
// server has it. A refused one stays apart until staff export it.

import { fact, read, write } from './storage.js';

/** A response, a text of JSON, as it waits. */
export function waiting(responseId, body) {
  return { responseId, body, queuedAt: Date.now(), waiting: 1 };
}

/** What waits and was added since the page was opened, by id. */
const added = new Map();

/** Stores one response, a text of JSON, in the place of what was unfinished; comes back
    once it is safe on the disk. */
export async function add(responseId, body) {
  const item = waiting(responseId, body);
  await write(['queue', 'facts'], (store, facts) => {
    facts.delete('unfinished');
    return store.add(item);
  });
  added.set(responseId, item);
}

/** Puts back what the browser took away with everything else. Where nothing is missing it
    is sent twice, which the server takes for once. */
export async function restore() {
  if (added.size === 0) return;
  await write('queue', store => [...added.values()].map(item => store.add(item)).at(-1));
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

/** Removes a response that the server has. Should the disk not have heard of it, it is sent
    once more under the same id. */
export function remove(item) {
  added.delete(item.responseId);
  return write('queue', store => store.delete(item.n), 'relaxed');
}

/** Sets a response apart that the server refused, with the code of the reason. */
export function quarantine(item, reason) {
  added.delete(item.responseId);
  const { waiting, ...kept } = item;
  return write('queue', store => store.put({ ...kept, reason }));
}

/** How many responses wait, how many are set apart, and when the oldest came in. */
export async function summary() {
  const [first, waiting, all] = await Promise.all([
    oldest(),
    read('queue', store => store.index('waiting').count()),
    read('queue', store => store.count()),
  ]);
  return { queued: waiting, quarantined: all - waiting, oldestAt: first?.queuedAt };
}

/** Whether a response of the largest size can be stored; fails when it cannot. */
export async function hasRoom() {
  const probe = new Uint8Array(16384);
  await write('facts', store => store.put(probe, 'probe'));
  await write('facts', store => store.delete('probe'));
  return true;
}

/** Everything in the queue as lines that `hailong device import` takes: first whose it is
    and by how many seconds its clock was ahead, then the responses in their order. */
export async function exported(deviceId, lead) {
  const head = { device_id: deviceId, clock_lead_seconds: lead };
  const items = await read('queue', store => store.getAll());
  const lines = items.map(item => JSON.stringify({ response_id: item.responseId, ...JSON.parse(item.body) }));
  return [JSON.stringify(head), ...lines, ''].join('\n');
}
