// Drawing: the screen of the state, its title, its focus, and a moment without touch.

import * as device from './device.js';
import * as queue from './queue.js';
import { isCutOff, machine, now, place, root, t } from './kiosk.js';
import { maintenance, pin } from './maintenance.js';
import * as screens from './screens.js';
import * as settings from './settings.js';
import * as voice from './voice.js';

/** How long a fresh screen takes no touch: a second tap of the same finger answers nothing. */
const GUARD = 400;

let acts;
let guard;
let drawnCutOff;

/** Every screen drawn from now on does `act` when it is pressed. */
export function drawWith(act) {
  acts = act;
}

function recordingOf(item) {
  return item?.recordings[settings.chosen.language]?.hash;
}

/** What is read aloud on the screen of `item`; the first screen has none. */
function aloud(item) {
  const { language } = settings.chosen;
  const { instrument } = now.asked;
  if (item === undefined) return voice.joined([instrument.title[language], instrument.introduction[language]]);
  const options = [...item.options ?? [], ...item.apart ? [item.apart] : []].map(option => option[language]);
  return voice.joined([item.text[language], item.hint?.[language], ...options]);
}

function item() {
  return machine.state === 'comment' ? now.visit?.remark : now.visit?.item;
}

function shown() {
  const { language } = settings.chosen;
  return {
    place, content: now.asked, visit: now.visit, t, language, chosen: settings.chosen, error: now.error, cutOff: isCutOff(),
    enrolling: now.typed ?? (location.hash.startsWith('#enrol=') ? location.hash.slice(7) : ''),
    held: now.isCleared ? queue.remembered() : 0,
    isEnrolled: device.id() !== undefined,
    canListen: now.asked !== undefined && voice.canSay(recordingOf(item()), language),
    item: item(),
  };
}

/** Reads the screen aloud. */
export function listen() {
  voice.say(recordingOf(item()), aloud(item()), settings.chosen.language);
}

function banner() {
  const said = document.createElement('p');
  said.className = 'simulated';
  said.textContent = t('simulated');
  return said;
}

/** Draws the screen of the state once more, or for the first time. */
export async function draw() {
  const { state } = machine;
  const makes = { ...screens, pin, maintenance }[state];
  if (makes === undefined) return;
  const made = await makes(shown(), acts);
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

/** Draws the first screen again when what it says of the network is no longer so. */
export function drawNetwork() {
  if (machine.state === 'attract' && drawnCutOff !== isCutOff()) draw();
}

/** From now on the screen takes no touch, for a moment. */
export function takeNoTouch() {
  clearTimeout(guard);
  root.dataset.guarded = '';
  guard = setTimeout(() => { delete root.dataset.guarded; }, GUARD);
}

/** Says how many seconds are left; nothing when it is not counted any more. */
export function left(seconds) {
  const line = root.querySelector('.left');
  if (line) line.textContent = seconds === undefined ? '' : t('seconds-left', { seconds });
}
