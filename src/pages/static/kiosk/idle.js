// Silence: nobody touches the screen for a while, is asked, and is gone.

/** How long nothing may happen before somebody is asked, in milliseconds. */
export const SILENCE = 45000;
/** How many seconds are left to answer. */
export const WARNING_SECONDS = 30;
/** How many seconds a saved response stays on the screen. */
export const SAVED_SECONDS = 10;

/** Counts seconds down; `each` hears how many are left, `done` the end. */
export class Countdown {
  #timer;

  start(seconds, each, done) {
    this.stop();
    const step = left => {
      if (left === 0) {
        done();
        return;
      }
      each(left);
      this.#timer = setTimeout(() => step(left - 1), 1000);
    };
    step(seconds);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/** Calls `silent` once nothing was touched for `SILENCE`. */
export class Silence {
  #timer;
  #silent;

  constructor(silent) {
    this.#silent = silent;
    for (const kind of ['pointerdown', 'keydown', 'input', 'scroll']) {
      addEventListener(kind, () => this.touched(), { capture: true, passive: true });
    }
    this.touched();
  }

  touched() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#silent, SILENCE);
  }
}
