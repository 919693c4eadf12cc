// Upkeep: what the kiosk looks after while nobody is answering.

import * as content from './content.js';
import * as device from './device.js';
import * as queue from './queue.js';
import * as workers from './workers.js';
import { keepAwake } from './awake.js';
import { draw, drawNetwork } from './drawing.js';
import { isOpen } from './hours.js';
import { machine, now, place, root, t, uploader } from './kiosk.js';
import { whenTakenAway } from './storage.js';

/** How often the server is told how the device is, and asked for something new. */
const REPORT_EVERY = 300000;
/** How often opening hours and a broken storage are looked at. */
const LOOK_EVERY = 30000;

/** Whether citizens may be asked: the device is enrolled here and knows what to ask. */
export function isReady() {
  const enrolsAnew = location.hash.startsWith('#enrol=') && device.isRefused();
  return now.asked !== undefined && device.enrolledFor(place.point) && !device.isOff() && !enrolsAnew;
}

/** On the first screen: is the point open, the device in order, something new there? */
export async function look() {
  if (['attract', 'closed'].includes(machine.state) && !isReady()) machine.send('off');
  else if (machine.state === 'attract') {
    // What the browser took away may be nowhere else than on this page.
    const isHolding = now.isCleared && queue.remembered() > 0;
    if (workers.isStale() && !isHolding) location.reload();
    else if (!isOpen(now.asked.opening_hours, device.now())) machine.send('close');
    else workers.takeOver();
  } else if (machine.state === 'closed') {
    if (isOpen(now.asked.opening_hours, device.now())) machine.send('open');
  } else if (machine.state === 'off') {
    now.asked ??= await content.fetched(place.point).catch(() => undefined);
    if (isReady()) machine.send('enrolled');
  } else if (machine.state === 'broken' && await queue.hasRoom().catch(() => false)) {
    machine.send('mended');
  }
}

/** Tells the server how the device is; takes what is new while nobody is answering. */
export async function tell() {
  if (!device.enrolledFor(place.point)) return;
  try {
    const wasRefused = device.isRefused();
    const hours = await device.report(place.version);
    if (wasRefused && !device.isRefused()) uploader.hurry();
    if (hours === undefined || !['attract', 'closed'].includes(machine.state)) return;
    const fresh = await content.fetched(place.point);
    if (fresh === undefined) return;
    const isNew = JSON.stringify(fresh) !== JSON.stringify(now.asked);
    // Somebody may have begun meanwhile; then the next look takes it.
    if (isNew && ['attract', 'closed'].includes(machine.state)) {
      now.asked = fresh;
      draw();
    }
    await workers.update();
    look();
  } catch {
    // No network, or none of ours: the next report is minutes away.
  }
}

function heard(what) {
  const receipt = what.responseId === now.savedId ? root.querySelector('.receipt') : undefined;
  if (receipt && what.kind === 'stored') receipt.textContent = t('receipt', { receipt: what.receipt });
  // No receipt without a network, and that is said.
  if (what.kind === 'failed' && machine.state === 'saved') root.querySelector('.receipt:empty')?.append(t('receipt-later'));
  // So that the server never counts on what it has.
  if (what.kind === 'refused' || (what.kind === 'empty' && device.toldQueued() > 0)) tell();
  drawNetwork();
}

/** After the browser took everything away nobody may go on as if the device were enrolled.
    Who is answering goes on and is counted: it waits in what is kept from now on, with what
    was not sent yet, until the device is enrolled again. */
async function forget() {
  const before = device.id();
  device.forget();
  now.isCleared = true;
  if (machine.state === 'off') draw();
  else look();
  // The connection may have broken and everything still be there.
  await queue.restore().catch(() => {});
  await device.restore().catch(() => {});
  // Who is enrolled again by now is another device.
  if (before !== undefined && device.id() === before) now.isCleared = false;
  look();
  register().catch(() => {});
}

function every(milliseconds, work) {
  const again = () => setTimeout(() => work().finally(again), milliseconds);
  again();
}

function register() {
  return workers.register(`/kiosk/${place.point}`);
}

/** Begins to look after everything, for as long as the page is open. */
export async function begin() {
  navigator.storage?.persist?.();
  whenTakenAway(forget);
  uploader.run(heard);
  every(LOOK_EVERY, look);
  every(LOOK_EVERY, keepAwake);
  every(REPORT_EVERY, tell);
  workers.hear(look);
  // One that was taken away without a network is there again with it.
  addEventListener('online', () => register().catch(() => {}));
  await register().catch(() => {});
  tell();
}
