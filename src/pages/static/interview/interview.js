// Interview mode: how it starts, what it watches, and what happens when a state is entered.
// Queue, sending, storage and the questions' screens are the kiosk's.

import * as assignment from './assignment.js';
import * as content from './content.js';
import * as device from './device.js';
import * as queue from './queue.js';
import * as settings from './settings.js';
import { alone } from './alone.js';
import { keepAwake, letSleep } from './awake.js';
import { isReady, machine, now, point, root } from './interviewing.js';
import { draw, drawWith, takeNoTouch, takeTouchSoon } from './showing.js';
import { begin, look, sync } from './telling.js';
import { act, takeUp } from './visiting.js';

/** Where somebody reads or thinks for longer than a tablet stays on by itself. On the way
    between households the battery comes first. */
const OF_INTERVIEW = ['consent', 'question', 'reason', 'comment', 'hand', 'leaving', 'interrupted'];

function stayOn() {
  return OF_INTERVIEW.includes(machine.state) ? keepAwake() : letSleep();
}

async function entered(state) {
  if (state === 'list' && !isReady()) {
    machine.send('off');
    return;
  }
  now.error = undefined;
  takeNoTouch();
  stayOn();
  await draw();
  takeTouchSoon();
  if (state === 'list') look();
}

function watch() {
  root.addEventListener('click', event => {
    if ('guarded' in root.dataset) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, { capture: true });
  document.addEventListener('visibilitychange', stayOn);
  addEventListener('hashchange', () => {
    now.typed = undefined;
    if (machine.state === 'off') draw();
    else look();
  });
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
  now.asked = await content.kept();
  if (now.asked?.point !== point) now.asked = undefined;
  if (device.interviewsAt(point) !== undefined) now.asked ??= await content.fetched(point).catch(() => undefined);
  watch();
  navigator.storage?.persist?.();
  const isFound = await takeUp().catch(() => false);
  machine.send(isFound ? 'found' : isReady() ? 'ready' : 'off');
  await begin();
}

drawWith(act);
machine.hear(entered);
alone(start, async () => {
  settings.useMillimetre(await settings.pixelsPerMillimetre());
  machine.send('second');
});
