// The states of the kiosk and what leads from one to the other. What is not in the
// table does not happen.

/** Back to the state before. */
export const BEFORE = 'before';
/** Back to the state from which maintenance was entered. */
export const ORIGIN = 'origin';

export const TABLE = {
  starting: { ready: 'attract', off: 'off' },
  // K0
  attract: { begin: 'question', close: 'closed', off: 'off', broke: 'broken', maintain: 'pin' },
  // K1, and K2 to K(n+1)
  question: { next: 'question', explain: 'reason', write: 'comment', saved: 'saved', broke: 'broken', leave: 'attract', silent: 'warning', gone: 'attract' },
  // K(n+2): what was not good, and then in one's own words
  reason: { next: 'question', explain: 'reason', write: 'comment', saved: 'saved', broke: 'broken', silent: 'warning', gone: 'attract' },
  comment: { next: 'question', explain: 'reason', saved: 'saved', broke: 'broken', silent: 'warning', gone: 'attract' },
  // K(n+3)
  saved: { done: 'attract', broke: 'broken' },
  // KW
  warning: { touched: BEFORE, gone: 'attract', broke: 'broken' },
  // KE1
  broken: { mended: 'attract', maintain: 'pin', off: 'off' },
  // KE2
  off: { enrolled: 'attract', maintain: 'pin' },
  // Outside opening hours
  closed: { open: 'attract', off: 'off', maintain: 'pin' },
  pin: { right: 'maintenance', done: ORIGIN },
  // KM
  maintenance: { done: ORIGIN },
};

export class Machine {
  #before = 'starting';
  #origin = 'attract';
  #entered = () => {};
  #table;
  state = 'starting';

  /** `table` says what leads where. */
  constructor(table = TABLE) {
    this.#table = table;
  }

  /** From now on `entered` hears each state that is entered. */
  hear(entered) {
    this.#entered = entered;
  }

  /** Follows `event`; false when it leads nowhere from here. */
  send(event) {
    const next = this.#table[this.state][event];
    if (next === undefined) return false;
    const state = { [BEFORE]: this.#before, [ORIGIN]: this.#origin }[next] ?? next;
    if (event === 'maintain') this.#origin = this.state;
    this.#before = this.state;
    this.state = state;
    this.#entered(state);
    return true;
  }
}
