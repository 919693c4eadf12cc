// Interview mode: what each state shows, and what happens in it. Queue, sending, storage
// and the questions' screens are the kiosk's.

import * as assignment from './assignment.js';
import * as content from './content.js';
import * as device from './device.js';
import * as fieldwork from './fieldwork.js';
import * as queue from './queue.js';
import * as settings from './settings.js';
import * as voice from './voice.js';
import * as workers from './workers.js';
import { alone } from './alone.js';
import { button } from './elements.js';
import { Knock, maintenance, pin } from './maintenance.js';
import { Machine } from './machine.js';
import { comment, question } from './screens.js';
import { STEPS } from './steps.js';
import { whenTakenAway } from './storage.js';
import { Uploader } from './upload.js';
import { Visit, newId } from './visit.js';

/** How long a fresh screen takes no touch: a second tap of the same finger answers nothing. */
const GUARD = 400;
/** How often the server is told what it has not heard, and asked for something new. */
const SYNC_EVERY = 60000;
/** How often it is told how the device is. */
const REPORT_EVERY = 300000;
/** How often a broken storage and an enrolment elsewhere are looked at. */
const LOOK_EVERY = 30000;
/** Vietnam's time, in milliseconds ahead of UTC. */
const AHEAD = 7 * 3600000;

const root = document.getElementById('kiosk');
const place = JSON.parse(root.dataset.start);
const { point } = place;
let asked;
let chosen;
let visit;
let handed = false;
let error;
let guard;
/** Whether the browser took away everything that was kept, since the last enrolment. */
let isCleared = false;
/** What could not be stored yet. */
let unsettled;

const machine = new Machine(STEPS);
machine.hear(show);
const uploader = new Uploader();
const knock = new Knock(() => machine.send('maintain'));

function t(key, values = {}) {
  const text = place.texts[settings.chosen.language][key];
  return Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text);
}

/** The day in Vietnam, by the server's clock as far as it is known. */
function today() {
  return new Date(device.now() + AHEAD).toISOString().slice(0, 10);
}

/** An id that has the day in it and not the time of day. */
function idOfToday() {
  return newId(Date.parse(`${today()}T00:00:00+07:00`));
}

function isReady() {
  const enrolsAnew = location.hash.startsWith('#enrol=') && device.isRefused();
  const sample = device.interviewsAt(point);
  const isHere = sample !== undefined && assignment.current()?.sample === sample;
  return asked !== undefined && isHere && !device.isOff() && !enrolsAnew;
}

function shown() {
  const item = machine.state === 'comment' ? visit?.remark : visit?.item;
  const { language } = settings.chosen;
  return {
    place, content: asked, visit, t, language, chosen: settings.chosen, error, handed, item,
    work: assignment.current(),
    household: chosen && assignment.now(chosen),
    cutOff: uploader.isCutOff || !navigator.onLine,
    enrolling: location.hash.startsWith('#enrol=') ? location.hash.slice(7) : '',
    unsent: isCleared ? queue.remembered() + assignment.untold() : undefined,
    canListen: item !== undefined && voice.canSay(item.recordings[language]?.hash, language),
  };
}

const act = {
  open(household) {
    chosen = household;
    machine.send('open');
  },
  list: () => machine.send('list'),
  ask: () => machine.send('ask'),
  begin() {
    const { psu, stratum } = chosen;
    const sample = { code: assignment.current().sample, stratum, psu };
    visit = new Visit(asked, { channel: 'interview', sample }, idOfToday());
    handed = false;
    machine.send('begin');
  },
  /** What a visit without an answer came to; `again` takes it back. */
  async settle(outcome) {
    const { visits } = assignment.now(chosen);
    const change = { status: outcome, visits: visits + 1, day: today() };
    if (outcome === 'again') Object.assign(change, { status: 'later', visits });
    if (outcome === 'absent' && change.visits < assignment.VISITS_BEFORE_ABSENT) change.status = 'later';
    await kept(() => assignment.settle(chosen, change), 'again');
    sync();
  },
  async callReserve() {
    await kept(() => assignment.callReserve(chosen), 'again');
    sync();
  },
  async refresh() {
    uploader.hurry();
    error = await sync() ? undefined : t('enrol-offline');
    if (machine.state === 'list') draw();
  },
  choose(name, value) {
    settings.choose(name, value);
    draw();
  },
  listen() {
    const { item, language } = shown();
    const options = [...item.options ?? [], ...item.apart ? [item.apart] : []].map(option => option[language]);
    const words = [item.text[language], item.hint?.[language], ...options].filter(Boolean).join('. ');
    voice.say(item.recordings[language]?.hash, words, language);
  },
  answer: values => visit?.answer(visit.item, values),
  say: text => visit?.say(text),
  next() {
    if (visit === undefined) return;
    if (machine.state !== 'comment' && visit.chosen(visit.item).length === 0) {
      error = true;
      draw();
    } else forward();
  },
  skip() {
    if (visit === undefined) return;
    if (machine.state === 'comment') visit.say('');
    else visit.answer(visit.item, []);
    forward();
  },
  back() {
    if (visit === undefined) return;
    if (machine.state === 'comment') machine.send(shownBy());
    else if (visit.position > 0) {
      visit.retreat();
      machine.send(shownBy());
    } else machine.send('leave');
  },
  hand() {
    handed = true;
    machine.send('hand');
  },
  taken: () => machine.send('taken'),
  leave: () => machine.send('leave'),
  stay: () => machine.send('stay'),
  stop() {
    if (visit?.isBegun) finish(true);
    else {
      visit = undefined;
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
    try {
      error = await device.enrol(code);
    } catch {
      error = t('enrol-offline');
    }
    if (error !== undefined || device.interviewsAt(point) === undefined) {
      error ??= t('interview-elsewhere');
      draw();
      return;
    }
    history.replaceState(null, '', location.pathname);
    isCleared = false;
    await assignment.enrolled();
    asked = (await content.fetched(point).catch(() => undefined)) ?? asked;
    if (asked === undefined || !await sync()) {
      error = t('enrol-offline');
      draw();
      return;
    }
    machine.send('enrolled');
    uploader.hurry();
    tell();
  },
};

function forward() {
  if (machine.state === 'comment' || (visit.isLast && !visit.isLow)) finish(false);
  else if (visit.isLast) machine.send('write');
  else {
    visit.advance();
    machine.send(shownBy());
  }
}

/** What leads to the screen of the question that is asked now. */
function shownBy() {
  return visit.isExtra ? 'explain' : 'next';
}

/** Stores by `work`; only then `event` happens, or `answered` when the household had
    answered before. Until the next screen nothing can be pressed: a second tap of the same
    finger is no second visit. */
async function kept(work, event) {
  clearTimeout(guard);
  root.dataset.guarded = '';
  let isKept;
  try {
    isKept = await work();
  } catch (reason) {
    console.error('nothing could be stored', reason);
    device.failed();
    unsettled = work;
    machine.send('broke');
    return false;
  }
  machine.send(isKept ? event : 'answered');
  return isKept;
}

/** Stores the response together with the household's status. */
async function finish(partial) {
  const response = visit.response(partial);
  const { visits } = assignment.now(chosen);
  visit = undefined;
  const change = { status: 'answered', visits: visits + 1 };
  if (await kept(() => assignment.settle(chosen, change, response), 'saved')) {
    uploader.added();
    sync();
  }
}

/** The question with what an interviewer needs beside it. */
function asking(seen) {
  const made = question(seen, act);
  const bar = made.querySelector('.bar');
  bar.prepend(
    ...handed ? [] : [button(t('hand'), act.hand, { class: 'second hand-over' })],
    button(t('stop-button'), act.leave, { class: 'second stop' }));
  return made;
}

const SCREENS = { ...fieldwork, question: asking, reason: asking, comment: seen => comment(seen, act), pin, maintenance };

async function draw() {
  const { state } = machine;
  const makes = SCREENS[state];
  if (makes === undefined) return;
  const { queued, quarantined } = await queue.summary();
  const made = await makes({ ...shown(), queued: queued + quarantined + assignment.untold() }, acts(state));
  if (machine.state !== state) return;
  voice.hush();
  root.replaceChildren(...place.simulated ? [banner()] : [], made);
  root.dataset.state = state;
  const heading = root.querySelector('h1');
  document.title = [root.querySelector('.progress')?.textContent, heading?.textContent].filter(Boolean).join(' – ');
  heading?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** Before the first question, Back leads to the household. */
function acts(state) {
  return state === 'consent' ? { ...act, back: () => machine.send('back') } : act;
}

function banner() {
  const said = document.createElement('p');
  said.className = 'simulated';
  said.textContent = t('simulated');
  return said;
}

async function show(state) {
  if (state === 'list' && !isReady()) {
    machine.send('off');
    return;
  }
  error = undefined;
  clearTimeout(guard);
  root.dataset.guarded = '';
  await draw();
  // Counted from when the screen is there: on a slow tablet the former one takes no tap either.
  clearTimeout(guard);
  guard = setTimeout(() => { delete root.dataset.guarded; }, GUARD);
  if (state === 'list') look();
}

function heard(what) {
  if (what.kind === 'refused' || (what.kind === 'empty' && device.toldQueued() > 0)) tell();
  if (what.kind !== 'failed' && machine.state === 'list') draw();
}

/** Tells and asks for the households; gives whether the server answered. */
async function sync() {
  if (device.interviewsAt(point) === undefined || device.isRefused()) return false;
  const before = JSON.stringify(assignment.current());
  const isAnswered = await assignment.sync().catch(() => false);
  if (machine.state === 'list' && before !== JSON.stringify(assignment.current())) draw();
  // So that the server never counts on what it has.
  if (isAnswered && assignment.untold() === 0 && device.toldUntold() > 0) tell();
  return isAnswered;
}

async function look() {
  if (machine.state === 'list') {
    if (!isReady()) machine.send('off');
    else if (workers.isStale()) location.reload();
    else workers.takeOver();
  } else if (machine.state === 'off') {
    if (device.interviewsAt(point) !== undefined && assignment.current() === undefined) await sync();
    if (isReady()) machine.send('enrolled');
  } else if (machine.state === 'broken' && await queue.hasRoom().catch(() => false)) {
    await unsettled?.();
    unsettled = undefined;
    machine.send('mended');
    uploader.added();
    sync();
  }
}

/** Tells the server how the device is; takes new questions while nobody is asked. */
async function tell() {
  if (device.interviewsAt(point) === undefined) return;
  try {
    const wasRefused = device.isRefused();
    const hours = await device.report(place.version);
    if (wasRefused && !device.isRefused()) uploader.hurry();
    if (hours === undefined || machine.state !== 'list') return;
    const fresh = await content.fetched(point);
    if (fresh !== undefined && machine.state === 'list') asked = fresh;
    await workers.update();
    look();
  } catch {
    // No network, or none of ours: the next report is minutes away.
  }
}

function every(milliseconds, work) {
  const again = () => setTimeout(() => work().finally(again), milliseconds);
  again();
}

/** After the browser took everything away the interviewer is told, and nobody else is asked.
    Whoever is answering goes on and counts: it waits in what is kept from now on, with all
    that was not sent yet, until the tablet is enrolled again. */
async function forget() {
  device.forget();
  isCleared = true;
  machine.send('off');
  await queue.restore().catch(() => {});
  await assignment.restore().catch(() => {});
  // The connection may have broken and everything still be there.
  await device.restore().catch(() => {});
  isCleared = device.id() === undefined;
  await look();
  if (machine.state === 'off') draw();
  register().catch(() => {});
}

function register() {
  return workers.register(`/interview/${point}`);
}

function watch() {
  root.addEventListener('click', event => {
    if ('guarded' in root.dataset) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, { capture: true });
  addEventListener('hashchange', () => (machine.state === 'off' ? draw() : look()));
  for (const change of ['online', 'offline']) {
    addEventListener(change, () => {
      sync();
      if (machine.state === 'list') draw();
    });
  }
}

async function start() {
  await device.load();
  await assignment.load();
  await queue.load().catch(() => {});
  settings.useMillimetre(await settings.pixelsPerMillimetre());
  asked = await content.kept();
  if (asked?.point !== point) asked = undefined;
  if (device.interviewsAt(point) !== undefined) asked ??= await content.fetched(point).catch(() => undefined);
  watch();
  navigator.storage?.persist?.();
  machine.send(isReady() ? 'ready' : 'off');
  whenTakenAway(forget);
  workers.hear(look);
  uploader.run(heard);
  every(SYNC_EVERY, sync);
  every(LOOK_EVERY, look);
  every(REPORT_EVERY, tell);
  await register().catch(() => {});
  sync();
  tell();
}

alone(start, async () => {
  settings.useMillimetre(await settings.pixelsPerMillimetre());
  machine.send('second');
});
