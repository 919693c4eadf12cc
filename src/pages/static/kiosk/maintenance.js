// KM: what staff see and do behind the PIN. No answer is shown here.

import { button, element } from './elements.js';
import { fact, keepFact } from './storage.js';
import { keepMillimetre, pixelsPerMillimetre, useMillimetre } from './settings.js';
import * as device from './device.js';
import * as queue from './queue.js';

/** How many wrong PINs may be typed before a pause, and how long the first pause is. */
const ATTEMPTS = 5;
const FIRST_PAUSE = 60000;
const LONGEST_PAUSE = 3600000;
const MOST_DIGITS = 8;
/** The ruler of the calibration, in millimetres. */
const RULER = 50;

/** Five touches within four seconds. */
export class Knock {
  #moments = [];

  constructor(heard) {
    this.heard = heard;
  }

  touched(now) {
    this.#moments = [...this.#moments.filter(moment => now - moment < 4000), now];
    if (this.#moments.length >= 5) {
      this.#moments = [];
      this.heard();
    }
  }
}

function bytes(hex) {
  return new Uint8Array(hex.match(/../g).map(byte => parseInt(byte, 16)));
}

async function isRight(digits) {
  const { salt, hash } = device.pin();
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array([...bytes(salt), ...new TextEncoder().encode(digits)]));
  return [...new Uint8Array(digest)].every((byte, i) => byte === bytes(hash)[i]);
}

/** How long a PIN cannot be typed any more, in milliseconds; the count outlives a restart. */
async function pauseLeft() {
  const { wrong = 0, at = 0 } = (await fact('pin')) ?? {};
  if (wrong < ATTEMPTS) return 0;
  const whole = Math.min(FIRST_PAUSE * 2 ** Math.min(wrong - ATTEMPTS, 10), LONGEST_PAUSE);
  const passed = Date.now() - at;
  if (passed >= 0) return Math.max(0, whole - passed);
  // The clock was set back: the pause begins anew, and is no longer than it was.
  await keepFact('pin', { wrong, at: Date.now() });
  return whole;
}

/** Asks for the PIN; `act.right` or `act.done`. */
export async function pin({ t }, act) {
  if (device.pin() === undefined) {
    act.done();
    return element('section');
  }
  let digits = '';
  const shown = element('p', { class: 'digits', role: 'status', 'aria-label': t('pin') });
  const said = element('p', { class: 'error', role: 'alert' });
  const show = () => { shown.textContent = '•'.repeat(digits.length); };
  const press = digit => () => {
    if (digits.length < MOST_DIGITS) digits += digit;
    show();
  };
  const enter = async () => {
    const left = await pauseLeft();
    if (left > 0) {
      said.textContent = t('pin-wait', { seconds: Math.ceil(left / 1000) });
    } else if (await isRight(digits)) {
      await keepFact('pin', {});
      act.right();
      return;
    } else {
      const { wrong = 0 } = (await fact('pin')) ?? {};
      await keepFact('pin', { wrong: wrong + 1, at: Date.now() });
      said.textContent = t('pin-wrong');
    }
    digits = '';
    show();
  };
  const erase = () => {
    digits = '';
    show();
  };
  return element('section', { class: 'message pin' },
    element('h1', { tabindex: -1 }, t('pin')),
    shown, said,
    element('div', { class: 'pad' },
      [...'123456789'].map(digit => button(digit, press(digit), { class: 'second' })),
      button(t('erase'), erase, { class: 'second' }),
      button('0', press('0'), { class: 'second' }),
      button(t('enter'), enter, { class: 'next' })),
    element('div', { class: 'bar' }, button(t('close'), act.done, { class: 'second' })));
}

function row(name, value) {
  return [element('dt', {}, name), element('dd', {}, value)];
}

/** An id in its groups, each on one line, as it is read out. */
function inGroups(id) {
  const groups = id.split('-');
  return groups.map((group, n) => element('span', {}, n < groups.length - 1 ? `${group}-` : group));
}

function moment(milliseconds) {
  if (milliseconds === undefined) return '–';
  const local = new Date(milliseconds + 7 * 3600000).toISOString();
  const [year, month, day] = local.slice(0, 10).split('-');
  return `${day}/${month}/${year} ${local.slice(11, 16)}`;
}

function save(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }));
  const link = element('a', { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** What is wrong on this device, in words. */
function alarms(state, t) {
  const { queued, quarantined, oldestAt, persisted, held, untold } = state;
  const isOld = since => since !== undefined && Date.now() - since > 24 * 3600000;
  return [
    held > 0 && t('alarm-cleared', { unsent: held }),
    queued >= 200 && t('alarm-queue'),
    isOld(oldestAt) && t('alarm-oldest'),
    isOld(untold.since) && t('alarm-households'),
    quarantined > 0 && t('alarm-quarantine'),
    !persisted && t('alarm-storage'),
    Math.abs(device.skew() ?? 0) > 300000 && t('alarm-clock'),
    device.isRefused() && t('alarm-token'),
    device.lostHouseholds() > 0 && t('alarm-lost-households', { lost: device.lostHouseholds() }),
    device.lost() > 0 && t('alarm-lost', { lost: device.lost() }),
  ].filter(Boolean);
}

async function calibration(t) {
  let pixels = await pixelsPerMillimetre();
  const ruler = element('div', { class: 'ruler', role: 'img', 'aria-label': t('ruler', { mm: RULER }) });
  const value = element('span', { class: 'value', role: 'status' });
  const change = by => () => {
    pixels = useMillimetre(pixels + by);
    value.textContent = `${pixels.toFixed(2)} px/mm`;
  };
  change(0)();
  return element('section', { 'aria-labelledby': 'calibrate' },
    element('h2', { id: 'calibrate' }, t('calibrate')),
    element('p', {}, t('ruler', { mm: RULER })),
    ruler, value,
    element('div', { class: 'bar' },
      button('−', change(-0.05), { class: 'second', 'aria-label': t('shorter') }),
      button('+', change(0.05), { class: 'second', 'aria-label': t('longer') }),
      button(t('keep'), () => keepMillimetre(pixels), { class: 'next' })));
}

/** The state of the device, the export, the calibration. */
export async function maintenance({ place, t, held }, act) {
  const persisted = (await navigator.storage?.persisted?.()) ?? false;
  const state = { ...await queue.summary(), untold: await device.untold(), persisted, held };
  const skew = device.skew();
  const found = alarms(state, t);
  const name = `hailong-${place.point}-${new Date().toISOString().slice(0, 10)}.ndjson`;
  const lead = skew === undefined ? 0 : Math.round(-skew / 1000);
  const download = async () => save(await queue.exported(device.id(), lead, device.sign), name);
  return element('section', { class: 'maintenance' },
    element('h1', { tabindex: -1 }, t('maintenance')),
    found.length > 0 ? element('ul', { class: 'alarms' }, found.map(alarm => element('li', {}, alarm))) : '',
    element('dl', {},
      row(t('point'), place.point),
      row(t('device'), inGroups(device.id() ?? '–')),
      row(t('queued'), String(state.queued)),
      row(t('quarantined'), String(state.quarantined)),
      state.untold.count === undefined ? '' : row(t('untold'), String(state.untold.count)),
      row(t('oldest'), moment(state.oldestAt)),
      row(t('seen'), moment(device.seenAt())),
      row(t('clock'), skew === undefined ? '–' : t('seconds', { seconds: lead })),
      row(t('storage'), t(persisted ? 'storage-kept' : 'storage-may-go')),
      row(t('version'), place.version)),
    element('div', { class: 'bar' },
      button(t('export'), download, { class: 'second' }),
      button(t('send-now'), act.hurry, { class: 'second' }),
      button(t('close'), act.done, { class: 'next' })),
    await calibration(t));
}
