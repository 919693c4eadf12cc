// The kiosk: how it starts, what it watches, and what happens when a state is entered.

import * as content from './content.js';
import * as device from './device.js';
import * as queue from './queue.js';
import * as settings from './settings.js';
import * as voice from './voice.js';
import { act, countdown, gone } from './acts.js';
import { keepAwake } from './awake.js';
import { draw, drawWith, left, takeNoTouch } from './drawing.js';
import { SAVED_SECONDS, Silence, WARNING_SECONDS } from './idle.js';
import { machine, now, place, root } from './kiosk.js';
import { begin, isReady, look } from './upkeep.js';

/** Puts away everything of the person before. */
function clear() {
  now.visit = undefined;
  now.savedId = undefined;
  voice.hush();
}

async function entered(state) {
  if (state === 'attract' && !isReady()) {
    machine.send('off');
    return;
  }
  now.error = undefined;
  now.typed = undefined;
  countdown.stop();
  takeNoTouch();
  if (['attract', 'closed', 'off', 'broken'].includes(state)) clear();
  // Who is told that nothing can be answered reads that as they chose.
  if (state === 'attract') settings.forget();
  await draw();
  if (machine.state !== state) return;
  if (state === 'attract') look();
  if (state === 'saved') countdown.start(SAVED_SECONDS, left, act.done);
  if (state === 'warning') countdown.start(WARNING_SECONDS, left, gone);
}

function watch() {
  root.addEventListener('click', event => {
    if ('guarded' in root.dataset) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, { capture: true });
  new Silence(() => machine.send('silent') || gone());
  // While a visit is being saved there is none to go back to.
  addEventListener('pointerdown', () => now.visit !== undefined && machine.send('touched'), { capture: true });
  // Who put the tablet away is gone, and must not be seen when it is taken up again.
  addEventListener('pagehide', gone);
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? gone() : keepAwake()));
  for (const change of ['online', 'offline']) addEventListener(change, () => machine.state === 'attract' && draw());
  globalThis.speechSynthesis?.addEventListener?.('voiceschanged', () => machine.state === 'attract' && draw());
  addEventListener('hashchange', () => {
    now.typed = undefined;
    if (machine.state === 'off') draw();
    else look();
  });
  addEventListener('contextmenu', event => event.preventDefault());
}

async function start() {
  drawWith(act);
  machine.hear(entered);
  await device.load();
  settings.useMillimetre(await settings.pixelsPerMillimetre());
  settings.forget();
  await queue.load().catch(() => {});
  await queue.takeUnfinished().catch(() => {});
  now.asked = await content.kept();
  if (now.asked?.point !== place.point) now.asked = undefined;
  if (device.enrolledFor(place.point)) now.asked ??= await content.fetched(place.point).catch(() => undefined);
  watch();
  machine.send(isReady() ? 'ready' : 'off');
  begin();
}

start();
