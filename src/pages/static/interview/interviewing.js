// What interview mode knows at this moment, in one place for every module.

import * as assignment from './assignment.js';
import * as device from './device.js';
import * as settings from './settings.js';
import { timeOf } from './absence.js';
import { Machine } from './machine.js';
import { STEPS } from './steps.js';
import { Uploader } from './upload.js';

export const root = document.getElementById('kiosk');
/** What the page was told of its place: point, commune, texts. */
export const place = JSON.parse(root.dataset.start);
export const { point } = place;
export const machine = new Machine(STEPS);
export const uploader = new Uploader();

/** `asked` is what the point asks, `chosen` the household that was opened, `visit` its
    interview, `handed` whether the respondent has the tablet, `error` what the screen says
    is wrong; `isCleared` whether the browser took away everything that was kept since the
    last enrolment, `typed` the code that did not enrol the tablet yet, `unsettled` what
    could not be stored yet. */
export const now = {
  asked: undefined, chosen: undefined, visit: undefined, handed: false, error: undefined,
  isCleared: false, typed: undefined, unsettled: undefined,
};

/** The text `key` in the language of the person before the screen. */
export function t(key, values = {}) {
  const text = place.texts[settings.chosen.language][key];
  return Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text);
}

/** The day in Vietnam and its part, by the server's clock as far as it is known. */
export function today() {
  return timeOf(device.now());
}

/** Whether households can be interviewed: the tablet is enrolled here and knows what to ask. */
export function isReady() {
  const enrolsAnew = location.hash.startsWith('#enrol=') && device.isRefused();
  const sample = device.interviewsAt(point);
  const isHere = sample !== undefined && assignment.current()?.sample === sample;
  return now.asked !== undefined && isHere && !device.isOff() && !enrolsAnew;
}
