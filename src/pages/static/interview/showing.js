// Drawing: the screen of the state, its title, its focus, and a moment without touch.

import * as assignment from './assignment.js';
import * as fieldwork from './fieldwork.js';
import * as queue from './queue.js';
import * as settings from './settings.js';
import * as voice from './voice.js';
import { nextCounts } from './absence.js';
import { button } from './elements.js';
import { machine, now, place, root, t, today, uploader } from './interviewing.js';
import { maintenance, pin } from './maintenance.js';
import { comment, question } from './screens.js';

/** How long a fresh screen takes no touch: a second tap of the same finger answers nothing. */
const GUARD = 400;

let act;
let guard;

/** Every screen drawn from now on does `acts` when it is pressed. */
export function drawWith(acts) {
  act = acts;
}

function shown() {
  const { asked, visit, chosen, error, handed } = now;
  const item = machine.state === 'comment' ? visit?.remark : visit?.item;
  const { language } = settings.chosen;
  return {
    place, content: asked, visit, t, language, chosen: settings.chosen, error, handed, item,
    work: assignment.current(),
    household: chosen && assignment.now(chosen),
    next: chosen && nextCounts(assignment.now(chosen), today()),
    cutOff: uploader.isCutOff || !navigator.onLine,
    enrolling: now.typed ?? (location.hash.startsWith('#enrol=') ? location.hash.slice(7) : ''),
    unsent: now.isCleared ? queue.remembered() + assignment.untold() : undefined,
    canListen: item !== undefined && voice.canSay(item.recordings[language]?.hash, language),
  };
}

/** `text` with a stop at its end, where it has none. */
function ended(text) {
  return /[.?!:…]$/.test(text) ? text : `${text}.`;
}

/** Reads the question aloud. */
export function listen() {
  const { item, language } = shown();
  const options = [...item.options ?? [], ...item.apart ? [item.apart] : []].map(option => option[language]);
  const words = [item.text[language], item.hint?.[language], ...options].filter(Boolean).map(ended).join(' ');
  voice.say(item.recordings[language]?.hash, words, language);
}

/** The question with what an interviewer needs beside it. */
function asking(seen) {
  const made = question(seen, act);
  const bar = made.querySelector('.bar');
  bar.prepend(
    ...seen.handed ? [] : [button(t('hand'), act.hand, { class: 'second hand-over' })],
    button(t('stop-button'), act.leave, { class: 'second stop' }));
  return made;
}

const SCREENS = { ...fieldwork, question: asking, reason: asking, comment: seen => comment(seen, act), pin, maintenance };

/** Draws the screen of the state once more, or for the first time. */
export async function draw() {
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

/** The screen takes no touch until it is told otherwise. */
export function takeNoTouch() {
  clearTimeout(guard);
  root.dataset.guarded = '';
}

/** In a moment the screen takes touches: counted from when it is there, because on a slow
    tablet the former one takes none either. */
export function takeTouchSoon() {
  clearTimeout(guard);
  guard = setTimeout(() => { delete root.dataset.guarded; }, GUARD);
}
