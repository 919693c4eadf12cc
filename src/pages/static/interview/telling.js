// What is told and looked after while nobody is asked: the households, the tablet's state,
// what is new, a storage that broke or was taken away.

import * as assignment from './assignment.js';
import * as content from './content.js';
import * as device from './device.js';
import * as queue from './queue.js';
import * as workers from './workers.js';
import { draw } from './showing.js';
import { isReady, machine, now, place, point, uploader } from './interviewing.js';
import { whenTakenAway } from './storage.js';

/** How often the server is told what it has not heard, and asked for something new. */
const SYNC_EVERY = 60000;
/** How often it is told how the device is. */
const REPORT_EVERY = 300000;
/** How often a broken storage and an enrolment elsewhere are looked at. */
const LOOK_EVERY = 30000;

function heard(what) {
  if (what.kind === 'refused' || (what.kind === 'empty' && device.toldQueued() > 0)) tell();
  if (what.kind !== 'failed' && machine.state === 'list') draw();
}

/** Tells and asks for the households; gives whether the server answered. */
export async function sync() {
  if (device.interviewsAt(point) === undefined || device.isRefused()) return false;
  const before = JSON.stringify(assignment.current());
  const isAnswered = await assignment.sync().catch(() => false);
  if (machine.state === 'list' && before !== JSON.stringify(assignment.current())) draw();
  // So that the server never counts on what it has.
  if (isAnswered && assignment.untold() === 0 && device.toldUntold() > 0) tell();
  return isAnswered;
}

/** Is the tablet in order, something new there, room again? */
export async function look() {
  if (machine.state === 'list') {
    if (!isReady()) machine.send('off');
    else if (workers.isStale()) location.reload();
    else workers.takeOver();
  } else if (machine.state === 'off') {
    if (device.interviewsAt(point) !== undefined && assignment.current() === undefined) await sync();
    if (isReady()) machine.send('enrolled');
  } else if (machine.state === 'broken' && await queue.hasRoom().catch(() => false)) {
    await now.unsettled?.();
    now.unsettled = undefined;
    machine.send('mended');
    uploader.added();
    sync();
  }
}

/** Tells the server how the device is; takes new questions while nobody is asked. */
export async function tell() {
  if (device.interviewsAt(point) === undefined) return;
  try {
    const wasRefused = device.isRefused();
    const hours = await device.report(place.version);
    if (wasRefused && !device.isRefused()) uploader.hurry();
    if (hours === undefined || machine.state !== 'list') return;
    const fresh = await content.fetched(point);
    if (fresh !== undefined && machine.state === 'list') now.asked = fresh;
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
  now.isCleared = true;
  machine.send('off');
  await queue.restore().catch(() => {});
  await assignment.restore().catch(() => {});
  // The connection may have broken and everything still be there.
  await device.restore().catch(() => {});
  now.isCleared = device.id() === undefined;
  await look();
  if (machine.state === 'off') draw();
  register().catch(() => {});
}

function register() {
  return workers.register(`/interview/${point}`);
}

/** Begins to look after everything, for as long as the page is open. */
export async function begin() {
  whenTakenAway(forget);
  workers.hear(look);
  uploader.run(heard);
  every(SYNC_EVERY, sync);
  every(LOOK_EVERY, look);
  every(REPORT_EVERY, tell);
  // One that was taken away without a network is there again with it.
  addEventListener('online', () => register().catch(() => {}));
  await register().catch(() => {});
  sync();
  tell();
}
