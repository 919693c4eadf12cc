// What the interviewer and the respondent do at the screen, and what comes of it.

import * as assignment from './assignment.js';
import * as content from './content.js';
import * as device from './device.js';
import * as queue from './queue.js';
import * as settings from './settings.js';
import { VISITS_BEFORE_ABSENT, nextCounts } from './absence.js';
import { draw, listen, takeNoTouch } from './showing.js';
import { isReady, machine, now, point, t, today, uploader } from './interviewing.js';
import { Knock } from './maintenance.js';
import { sync, tell } from './telling.js';
import { Visit, newId } from './visit.js';

const knock = new Knock(() => machine.send('maintain'));

/** An id that has the day in it and not the time of day. */
function idOfToday() {
  return newId(Date.parse(`${today().day}T00:00:00+07:00`));
}

export const act = {
  open(household) {
    now.chosen = household;
    machine.send('open');
  },
  list: () => machine.send('list'),
  ask: () => machine.send('ask'),
  begin() {
    const { psu, stratum } = now.chosen;
    const sample = { code: assignment.current().sample, stratum, psu };
    now.visit = new Visit(now.asked, { channel: 'interview', sample }, idOfToday());
    now.handed = false;
    machine.send('begin');
  },
  /** What a visit without an answer came to; `again` takes it back. */
  async settle(outcome) {
    const { visits, day, first_visit } = assignment.now(now.chosen);
    const at = today();
    const isTooSoon = ['later', 'absent'].includes(outcome) && nextCounts(assignment.now(now.chosen), at) !== undefined;
    // The part of the day may have been another one when the screen was drawn.
    if (isTooSoon) return draw();
    const change = { status: outcome, visits: visits + 1, ...at, first_visit: first_visit ?? day ?? at.day };
    if (outcome === 'absent' && change.visits < VISITS_BEFORE_ABSENT) change.status = 'later';
    await kept(() => assignment.settle(now.chosen, outcome === 'again' ? { status: 'later' } : change), 'again');
    return sync();
  },
  async callReserve() {
    await kept(() => assignment.callReserve(now.chosen), 'again');
    sync();
  },
  async refresh() {
    uploader.hurry();
    now.error = await sync() ? undefined : t('enrol-offline');
    if (machine.state === 'list') draw();
  },
  choose(name, value) {
    settings.choose(name, value);
    now.error = undefined;
    draw();
  },
  /** Notes what is typed of a code, so that it outlives another language. */
  type(code) {
    now.typed = code;
  },
  listen,
  answer(values) {
    now.visit?.answer(now.visit.item, values);
    keepUnderWay();
  },
  say(text) {
    now.visit?.say(text);
    keepUnderWay();
  },
  next() {
    if (now.visit === undefined) return;
    if (machine.state !== 'comment' && now.visit.chosen(now.visit.item).length === 0) {
      now.error = true;
      draw();
    } else forward();
  },
  skip() {
    if (now.visit === undefined) return;
    if (machine.state === 'comment') now.visit.say('');
    else now.visit.answer(now.visit.item, []);
    forward();
  },
  back() {
    if (now.visit === undefined) return;
    if (machine.state === 'comment') machine.send(shownBy());
    else if (now.visit.position > 0) {
      now.visit.retreat();
      machine.send(shownBy());
    } else machine.send('leave');
  },
  hand() {
    now.handed = true;
    keepUnderWay();
    machine.send('hand');
  },
  taken: () => machine.send('taken'),
  /** Whoever had the tablet gets it back before the next question. */
  resume() {
    machine.send(shownBy());
    if (now.handed) machine.send('hand');
  },
  leave: () => machine.send('leave'),
  stay: () => machine.send('stay'),
  stop() {
    if (now.visit?.isBegun) finish(true);
    else {
      now.visit = undefined;
      machine.send('left');
    }
  },
  done: () => machine.send('done'),
  right: () => machine.send('right'),
  knock: event => knock.touched(event.timeStamp),
  /** Sends what waits, and once more what the server refused. */
  async hurry() {
    await queue.retry().catch(() => {});
    uploader.hurry();
    sync();
  },
  async enrol(code) {
    now.typed = code;
    try {
      now.error = await device.enrol(code);
    } catch {
      now.error = t('enrol-offline');
    }
    if (now.error !== undefined || device.interviewsAt(point) === undefined) {
      now.error ??= t('interview-elsewhere');
      draw();
      return;
    }
    history.replaceState(null, '', location.pathname);
    now.typed = undefined;
    now.isCleared = false;
    await assignment.enrolled();
    now.asked = (await content.fetched(point).catch(() => undefined)) ?? now.asked;
    if (now.asked === undefined || !await sync()) {
      now.error = t('enrol-offline');
      draw();
      return;
    }
    machine.send('enrolled');
    uploader.hurry();
    tell();
  },
};

function forward() {
  if (machine.state === 'comment' || (now.visit.isLast && !now.visit.isLow)) {
    finish(false);
    return;
  }
  if (now.visit.isLast) machine.send('write');
  else {
    now.visit.advance();
    machine.send(shownBy());
  }
  keepUnderWay();
}

/** Keeps what is answered so far and where it was, should the page go away now; a full disk
    shows when the interview is stored. */
function keepUnderWay() {
  if (now.visit === undefined) return;
  const { position } = now.visit;
  const { language } = settings.chosen;
  const interview = () => ({ household: now.chosen, handed: now.handed, language, position, response: now.visit.response(true) });
  const keeping = now.visit.isBegun ? assignment.keepUnderWay(interview()) : assignment.dropUnderWay();
  keeping.catch(() => {});
}

/** Takes up what was asked when the page went away, and gives whether the interviewer can go
    on with it. Where that cannot be, on a tablet that is out of use or for other questions,
    what was answered counts as far as it came. */
export async function takeUp() {
  const left = await assignment.underWay();
  if (left === undefined) return false;
  now.chosen = left.household;
  now.visit = isReady() ? Visit.resumed(now.asked, left.response, left.position) : undefined;
  now.handed = left.handed;
  if (now.visit !== undefined) {
    settings.choose('language', left.language);
    return true;
  }
  await assignment.settle(now.chosen, answered(), left.response);
  return false;
}

/** What leads to the screen of the question that is asked now. */
function shownBy() {
  return now.visit.isExtra ? 'explain' : 'next';
}

/** Stores by `work`; only then `event` happens, or `answered` when the household had
    answered before. Until the next screen nothing can be pressed: a second tap of the same
    finger is no second visit. */
async function kept(work, event) {
  takeNoTouch();
  let isKept;
  try {
    isKept = await work();
  } catch (reason) {
    console.error('nothing could be stored', reason);
    device.failed();
    now.unsettled = work;
    machine.send('broke');
    return false;
  }
  machine.send(isKept ? event : 'answered');
  return isKept;
}

/** What becomes of the household that is asked: one that answered has no day. */
function answered() {
  const visits = assignment.now(now.chosen).visits + 1;
  return { status: 'answered', visits, day: undefined, part: undefined, first_visit: undefined };
}

/** Stores the response together with the household's status. */
async function finish(partial) {
  const response = now.visit.response(partial);
  const change = answered();
  now.visit = undefined;
  if (await kept(() => assignment.settle(now.chosen, change, response), 'saved')) {
    uploader.added();
    sync();
  }
}
