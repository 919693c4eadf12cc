// Sending: one response after the other, the oldest first, until the queue is empty.

import * as queue from './queue.js';
import * as device from './device.js';

/** The first pause after a failure and the longest one, in milliseconds. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 300000;
/** Answers of the server after which sending again would change nothing. */
const FINAL = [400, 409, 413, 415, 422];

/** The pause before the next attempt: twice the one before, never the same on two devices. */
export function pause(failures, random = Math.random()) {
  const whole = Math.min(FIRST_PAUSE * 2 ** Math.min(failures, 20), LONGEST_PAUSE);
  return whole * (0.8 + 0.4 * random);
}

/** What became of one attempt. Only JSON with the receipt of this very response says that
    it is stored; only a problem document of ours says that it is refused. */
export async function attempt(item) {
  const address = `/api/v1/responses/${item.responseId}`;
  const answer = await device.send('PUT', address, item.body, device.headers());
  if (answer.status === 200 || answer.status === 201) {
    const stored = await device.json(answer, 'application/json');
    return stored?.response_id === item.responseId && stored.receipt
      ? { kind: 'stored', receipt: stored.receipt }
      : { kind: 'failed' };
  }
  const problem = await device.json(answer, 'application/problem+json');
  if (!problem?.code) return { kind: 'failed' };
  if (answer.status === 401) return { kind: 'unknown' };
  if (FINAL.includes(answer.status)) return { kind: 'refused', reason: problem.code };
  const seconds = Number(answer.headers.get('Retry-After'));
  return { kind: 'failed', after: seconds > 0 ? seconds * 1000 : undefined };
}

/** Sends the queue for as long as the page is open. */
export class Uploader {
  #failures = 0;
  #wake = () => {};

  constructor() {
    addEventListener('online', () => this.hurry());
  }

  /** Whether the last attempt failed. */
  get isCutOff() {
    return this.#failures > 0;
  }

  /** Something was added: an empty queue is looked at again, a pause goes on. */
  added() {
    if (this.#failures === 0) this.#wake();
  }

  /** The network is back, or a new token is there: the pause ends. */
  hurry() {
    this.#failures = 0;
    this.#wake();
  }

  async #rest(milliseconds) {
    await new Promise(done => {
      this.#wake = done;
      if (milliseconds !== undefined) setTimeout(done, milliseconds);
    });
    this.#wake = () => {};
  }

  /** Sends the oldest response; what became of it is in the queue when this comes back. */
  async #next() {
    const item = device.id() === undefined || device.isRefused() ? undefined : await queue.oldest();
    if (item === undefined) return { kind: 'empty' };
    const outcome = await attempt(item);
    if (outcome.kind === 'stored') await queue.remove(item);
    if (outcome.kind === 'refused') await queue.quarantine(item, outcome.reason);
    if (outcome.kind === 'unknown') await device.refused();
    return { ...outcome, responseId: item.responseId };
  }

  /** Never ends: also a disk that is too full to forget what was sent is only a pause.
      `told` hears of everything that happens: stored, refused, unknown, failed, empty. */
  async run(told) {
    for (;;) {
      const outcome = await this.#next().catch(() => ({ kind: 'failed' }));
      const wait = outcome.after ?? pause(this.#failures);
      this.#failures = outcome.kind === 'failed' ? this.#failures + 1 : 0;
      told(outcome);
      if (outcome.kind === 'failed') await this.#rest(wait);
      if (outcome.kind === 'empty') await this.#rest();
    }
  }
}
