// What a person does at the screen, and what comes of it.

import * as content from './content.js';
import * as device from './device.js';
import * as queue from './queue.js';
import * as settings from './settings.js';
import { draw, left, listen } from './drawing.js';
import { Countdown } from './idle.js';
import { machine, now, place, t, uploader } from './kiosk.js';
import { Knock } from './maintenance.js';
import { tell } from './upkeep.js';
import { Visit } from './visit.js';

/** How long a chosen option is seen before the next question comes by itself. */
const HIGHLIGHT = 600;

export const countdown = new Countdown();
const knock = new Knock(() => machine.send('maintain'));
let going;

export const act = {
  begin() {
    now.visit = new Visit(now.asked);
    machine.send('begin');
  },
  choose(name, value) {
    settings.choose(name, value);
    now.error = undefined;
    draw();
  },
  /** Notes what is typed of a code, so that it outlives another language or a mistake. */
  type(code) {
    now.typed = code;
  },
  listen,
  /** Keeps what is chosen; `tapped` when by a finger, after which the next question may come by itself. */
  answer(values, tapped) {
    const { visit } = now;
    if (visit === undefined) return;
    visit.answer(visit.item, values);
    keepUnfinished();
    clearTimeout(going);
    if (tapped && now.asked.auto_advance && !visit.item.multiple && !visit.isExtra && visit.item !== visit.counted.at(-1)) {
      going = setTimeout(() => now.visit === visit && machine.state === 'question' && forward(), HIGHLIGHT);
    }
  },
  say(text) {
    now.visit?.say(text);
    keepUnfinished();
  },
  // While an answer is being saved there is no visit any more, and nothing to press.
  next() {
    if (now.visit === undefined) return;
    if (machine.state !== 'comment' && now.visit.chosen(now.visit.item).length === 0) {
      now.error = true;
      draw();
      return;
    }
    forward();
  },
  skip() {
    if (now.visit === undefined) return;
    if (machine.state === 'comment') now.visit.say('');
    else now.visit.answer(now.visit.item, []);
    keepUnfinished();
    forward();
  },
  back() {
    if (now.visit === undefined) return;
    if (machine.state === 'comment') machine.send(shownBy(now.visit));
    else if (now.visit.isFirst) {
      queue.dropUnfinished().catch(() => {});
      machine.send('leave');
    } else {
      now.visit.retreat();
      machine.send(shownBy(now.visit));
    }
  },
  goOn: () => now.visit !== undefined && machine.send('touched'),
  stay() {
    countdown.stop();
    left();
  },
  done: () => machine.send('done'),
  right: () => machine.send('right'),
  knock: event => knock.touched(event.timeStamp),
  /** Sends what waits, and once more what the server refused. */
  async hurry() {
    await queue.retry().catch(() => {});
    uploader.hurry();
  },
  async enrol(code) {
    now.error = await enrolled(code);
    if (now.error !== undefined) {
      draw();
      return;
    }
    machine.send('enrolled');
    uploader.hurry();
    tell();
  },
};

/** Enrols the device by `code`; gives what went wrong, or undefined. */
async function enrolled(code) {
  try {
    const refused = await device.enrol(code);
    if (refused !== undefined) return refused;
  } catch {
    return t('enrol-offline');
  }
  if (!device.enrolledFor(place.point)) return t('enrol-elsewhere');
  history.replaceState(null, '', location.pathname);
  now.asked = (await content.fetched(place.point).catch(() => undefined)) ?? now.asked;
  return now.asked === undefined ? t('enrol-offline') : undefined;
}

/** Keeps what is answered so far, should the device die now; a full disk shows when it is saved. */
function keepUnfinished() {
  const { visit } = now;
  if (visit === undefined) return;
  const kept = visit.isBegun ? queue.keepUnfinished(visit.response(true)) : queue.dropUnfinished();
  kept.catch(() => {});
}

function forward() {
  clearTimeout(going);
  const { visit } = now;
  if (machine.state === 'comment' || (visit.isLast && !visit.isLow)) save(false);
  else if (visit.isLast) machine.send('write');
  else {
    visit.advance();
    machine.send(shownBy(visit));
  }
}

/** What leads to the screen of the question of `visit`. */
function shownBy(visit) {
  return visit.isExtra ? 'explain' : 'next';
}

/** Saves the visit; only then it is thanked for. */
async function save(partial) {
  const response = now.visit.response(partial);
  now.visit = undefined;
  if (partial) machine.send('gone');
  try {
    await queue.add(response.id, response.body);
  } catch (reason) {
    console.error('an answer could not be saved', reason);
    device.failed();
    // Whoever is told that it was not saved answers elsewhere, and counts there.
    queue.dropUnfinished().catch(() => {});
    machine.send('broke');
    return;
  }
  if (!partial) {
    now.savedId = response.id;
    machine.send('saved');
  }
  uploader.added();
}

/** Nobody is there any more: what was answered counts, and the screen is cleared. */
export function gone() {
  if (now.visit?.isBegun) save(true);
  else if (['pin', 'maintenance', 'saved'].includes(machine.state)) act.done();
  else if (['attract', 'closed', 'broken', 'off'].includes(machine.state)) {
    if (settings.forget()) draw();
  } else machine.send('gone');
}
