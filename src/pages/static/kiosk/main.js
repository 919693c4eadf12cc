// The kiosk: what each state shows, and what happens in it.

import * as content from './content.js';
import * as device from './device.js';
import * as queue from './queue.js';
import * as screens from './screens.js';
import * as settings from './settings.js';
import * as voice from './voice.js';
import { isOpen } from './hours.js';
import { Countdown, SAVED_SECONDS, Silence, WARNING_SECONDS } from './idle.js';
import { Knock, maintenance, pin } from './maintenance.js';
import { Machine } from './machine.js';
import { Uploader } from './upload.js';
import { Visit } from './visit.js';

/** How long a fresh screen takes no touch: a second tap of the same finger answers nothing. */
const GUARD = 400;
/** How often the server is told how the device is, and asked for something new. */
const REPORT_EVERY = 300000;
/** How often opening hours and a broken storage are looked at. */
const LOOK_EVERY = 30000;

const root = document.getElementById('kiosk');
const place = JSON.parse(root.dataset.start);
const { point } = place;
let asked;
let visit;
let savedId;
let registration;
let guard;
let isStale = false;
let drawnCutOff;
let error;

const countdown = new Countdown();
const machine = new Machine(show);
const uploader = new Uploader(heard);
const knock = new Knock(() => machine.send('maintain'));

function t(key, values = {}) {
  const text = place.texts[settings.chosen.language][key];
  return Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text);
}

function recordingOf(item) {
  return item?.recordings[settings.chosen.language]?.hash;
}

/** What is read aloud on the screen of `item`; the first screen has none. */
function aloud(item) {
  const language = settings.chosen.language;
  if (item === undefined) return [asked.instrument.title[language], asked.instrument.introduction[language]].join('. ');
  const options = [...item.options ?? [], ...item.apart ? [item.apart] : []].map(option => option[language]);
  return [item.text[language], item.hint?.[language], ...options].filter(Boolean).join('. ');
}

function isCutOff() {
  return uploader.isCutOff || !navigator.onLine;
}

/** Whether citizens may be asked: the device is enrolled here and knows what to ask. */
function isReady() {
  const enrolsAnew = location.hash.startsWith('#enrol=') && device.isRefused();
  return asked !== undefined && device.enrolledFor(point) && !device.isOff() && !enrolsAnew;
}

function shown() {
  const item = machine.state === 'reason' ? visit?.reason : visit?.item;
  const { language } = settings.chosen;
  return {
    place, content: asked, visit, t, language, chosen: settings.chosen, error, cutOff: isCutOff(),
    enrolling: location.hash.startsWith('#enrol=') ? location.hash.slice(7) : '',
    canListen: asked !== undefined && voice.canSay(recordingOf(item), language),
    item,
  };
}

const act = {
  begin() {
    visit = new Visit(asked);
    machine.send('begin');
  },
  choose(name, value) {
    settings.choose(name, value);
    draw();
  },
  listen() {
    const { item } = shown();
    voice.say(recordingOf(item), aloud(item), settings.chosen.language);
  },
  answer(values) {
    visit?.answer(visit.item, values);
  },
  say(text) {
    visit?.say(text);
  },
  // While an answer is being saved there is no visit any more, and nothing to press.
  next() {
    if (visit === undefined) return;
    if (machine.state === 'question' && visit.chosen(visit.item).length === 0) {
      error = true;
      draw();
      return;
    }
    forward();
  },
  skip() {
    if (visit === undefined) return;
    if (machine.state === 'reason') visit.say('');
    else visit.answer(visit.item, []);
    forward();
  },
  back() {
    if (visit === undefined) return;
    if (machine.state === 'reason') machine.send('next');
    else if (visit.position > 0) {
      visit.position -= 1;
      machine.send('next');
    } else machine.send('leave');
  },
  goOn: () => visit !== undefined && machine.send('touched'),
  stay() {
    countdown.stop();
    root.querySelector('.left').textContent = '';
  },
  done: () => machine.send('done'),
  right: () => machine.send('right'),
  knock: event => knock.touched(event.timeStamp),
  hurry: () => uploader.hurry(),
  async enrol(code) {
    try {
      error = await device.enrol(code);
    } catch {
      error = t('enrol-offline');
    }
    if (error !== undefined || !device.enrolledFor(point)) {
      error ??= t('enrol-elsewhere');
      draw();
      return;
    }
    history.replaceState(null, '', location.pathname);
    asked = (await content.fetched(point).catch(() => undefined)) ?? asked;
    if (asked === undefined) {
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
  if (machine.state === 'reason' || (visit.isLast && !visit.isLow)) save(false, 'saved');
  else if (visit.isLast) machine.send('explain');
  else {
    visit.position += 1;
    machine.send('next');
  }
}

/** Saves the visit; only then `event` happens. */
async function save(partial, event) {
  const response = visit.response(partial);
  visit = undefined;
  try {
    await queue.add(response.id, response.body);
  } catch (reason) {
    console.error('an answer could not be saved', reason);
    device.failed();
    machine.send('broke');
    return;
  }
  savedId = response.id;
  machine.send(event);
  uploader.added();
}

/** Draws the screen of the state once more, or for the first time. */
async function draw() {
  const { state } = machine;
  const makes = { ...screens, pin, maintenance }[state];
  if (makes === undefined) return;
  const made = await makes(shown(), act);
  if (machine.state !== state) return;
  voice.hush();
  drawnCutOff = isCutOff();
  root.replaceChildren(...place.simulated ? [banner()] : [], made);
  root.dataset.state = state;
  const heading = root.querySelector('h1');
  const progress = root.querySelector('.progress');
  document.title = [progress?.textContent, heading?.textContent].filter(Boolean).join(' – ');
  heading?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function banner() {
  const said = document.createElement('p');
  said.className = 'simulated';
  said.textContent = t('simulated');
  return said;
}

/** Puts away everything of the person before. */
function clear() {
  visit = undefined;
  savedId = undefined;
  voice.hush();
  settings.forget();
}

function left(seconds) {
  const place = root.querySelector('.left');
  if (place) place.textContent = t('seconds-left', { seconds });
}

async function show(state) {
  if (state === 'attract' && !isReady()) {
    machine.send('off');
    return;
  }
  error = undefined;
  countdown.stop();
  clearTimeout(guard);
  root.dataset.guarded = '';
  guard = setTimeout(() => { delete root.dataset.guarded; }, GUARD);
  if (['attract', 'closed', 'off', 'broken'].includes(state)) clear();
  await draw();
  if (machine.state !== state) return;
  if (state === 'attract') look();
  if (state === 'saved') countdown.start(SAVED_SECONDS, left, act.done);
  if (state === 'warning') countdown.start(WARNING_SECONDS, left, () => gone());
}

/** Nobody is there any more: what was answered counts, and the screen is cleared. */
function gone() {
  if (visit?.isBegun) save(true, 'gone');
  else machine.send('gone');
}

function heard(what) {
  if (what.kind === 'stored' && what.responseId === savedId) {
    const receipt = root.querySelector('.receipt');
    if (receipt) receipt.textContent = t('receipt', { receipt: what.receipt });
  }
  if (what.kind === 'refused') tell();
  if (machine.state === 'attract' && drawnCutOff !== isCutOff()) draw();
}

/** On the first screen: is the point open, the device in order, something new there? */
async function look() {
  if (machine.state === 'attract') {
    if (!isReady()) machine.send('off');
    else if (isStale) location.reload();
    else if (!isOpen(asked.opening_hours, device.now())) machine.send('close');
    else if (registration?.waiting) registration.waiting.postMessage('take-over');
  } else if (machine.state === 'closed') {
    if (isOpen(asked.opening_hours, device.now())) machine.send('open');
  } else if (machine.state === 'off') {
    asked ??= await content.fetched(point).catch(() => undefined);
    if (isReady()) machine.send('enrolled');
  } else if (machine.state === 'broken' && await queue.hasRoom().catch(() => false)) {
    machine.send('mended');
  }
}

/** Tells the server how the device is; takes what is new while nobody is answering. */
async function tell() {
  if (!device.enrolledFor(point)) return;
  try {
    const wasRefused = device.isRefused();
    const hours = await device.report(place.version);
    if (wasRefused && !device.isRefused()) uploader.hurry();
    if (hours === undefined || !['attract', 'closed'].includes(machine.state)) return;
    const fresh = await content.fetched(point);
    if (fresh === undefined) return;
    const isNew = JSON.stringify(fresh) !== JSON.stringify(asked);
    // Somebody may have begun meanwhile; then the next look takes it.
    if (isNew && ['attract', 'closed'].includes(machine.state)) {
      asked = fresh;
      draw();
    }
    await registration?.update();
    look();
  } catch {
    // No network, or none of ours: the next report is minutes away.
  }
}

async function keepAwake() {
  if (document.visibilityState === 'visible') await navigator.wakeLock?.request('screen').catch(() => {});
}

function every(milliseconds, work) {
  const again = () => setTimeout(() => work().finally(again), milliseconds);
  again();
}

async function register() {
  if (!navigator.serviceWorker) return;
  registration = await navigator.serviceWorker.register(`/kiosk/${point}/worker.js`, { scope: `/kiosk/${point}`, updateViaCache: 'none' });
  let isControlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first worker takes up the page as it is; a later one is of another version.
    isStale = isControlled;
    isControlled = true;
    look();
  });
}

function watch() {
  root.addEventListener('click', event => {
    if ('guarded' in root.dataset) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, { capture: true });
  new Silence(() => {
    if (['pin', 'maintenance', 'saved'].includes(machine.state)) act.done();
    else if (machine.state === 'attract') {
      settings.forget();
      draw();
    } else machine.send('silent');
  });
  // While a visit is being saved there is none to go back to.
  addEventListener('pointerdown', () => visit !== undefined && machine.send('touched'), { capture: true });
  document.addEventListener('visibilitychange', keepAwake);
  for (const change of ['online', 'offline']) addEventListener(change, () => machine.state === 'attract' && draw());
  globalThis.speechSynthesis?.addEventListener?.('voiceschanged', () => machine.state === 'attract' && draw());
  addEventListener('hashchange', () => (machine.state === 'off' ? draw() : look()));
  addEventListener('contextmenu', event => event.preventDefault());
}

async function start() {
  await device.load();
  settings.useMillimetre(await settings.pixelsPerMillimetre());
  settings.forget();
  asked = await content.kept();
  if (asked?.point !== point) asked = undefined;
  if (device.enrolledFor(point)) asked ??= await content.fetched(point).catch(() => undefined);
  watch();
  navigator.storage?.persist?.();
  keepAwake();
  machine.send(isReady() ? 'ready' : 'off');
  uploader.run();
  every(LOOK_EVERY, look);
  every(REPORT_EVERY, tell);
  await register().catch(() => {});
  tell();
}

start();
