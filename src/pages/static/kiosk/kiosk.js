// What the kiosk knows at this moment, in one place for every module.

import { Machine } from './machine.js';
import * as settings from './settings.js';
import { Uploader } from './upload.js';

export const root = document.getElementById('kiosk');
/** What the page was told of its place: point, commune, texts, where results are. */
export const place = JSON.parse(root.dataset.start);
export const machine = new Machine();
export const uploader = new Uploader();

/** `asked` is what the point asks, `visit` that of the person before the screen,
    `savedId` the response just thanked for, `error` what the screen says is missing,
    `typed` what was typed of a code, `isCleared` whether the browser took away everything
    that was kept, since the page was opened. */
export const now = { asked: undefined, visit: undefined, savedId: undefined, error: undefined, typed: undefined, isCleared: false };

/** The text `key` in the language of the person before the screen. */
export function t(key, values = {}) {
  const text = place.texts[settings.chosen.language][key];
  return Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text);
}

/** Whether the server cannot be reached, as far as is known. */
export function isCutOff() {
  return uploader.isCutOff || !navigator.onLine;
}
