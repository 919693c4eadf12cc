// How things look: for one person language, size and contrast; for the device
// how large a millimetre is.

import { fact, keepFact } from './storage.js';

/** CSS pixels to a millimetre on a tablet of 10.1 inches with 1280 × 800. */
const USUAL_PIXELS = 5.88;
/** What a calibration may come to: screens from a television to a small phone. */
const LEAST_PIXELS = 1.5;
const MOST_PIXELS = 12;

/** What one person chose. */
export const chosen = { language: 'vi', large: false, contrast: false };

function show() {
  const root = document.documentElement;
  root.lang = chosen.language;
  root.classList.toggle('large', chosen.large);
  root.classList.toggle('contrast', chosen.contrast);
}

/** Chooses for the person before the screen. */
export function choose(name, value) {
  chosen[name] = value;
  show();
}

/** Forgets what a person chose; whether that was anything. */
export function forget() {
  const usual = { language: 'vi', large: false, contrast: false };
  const isChosen = Object.entries(usual).some(([name, value]) => chosen[name] !== value);
  Object.assign(chosen, usual);
  show();
  return isChosen;
}

/** How many CSS pixels a millimetre has here. */
export async function pixelsPerMillimetre() {
  return (await fact('pixelsPerMillimetre')) ?? USUAL_PIXELS;
}

/** Uses `pixels` for a millimetre, within what a screen can have. */
export function useMillimetre(pixels) {
  const bounded = Math.min(Math.max(pixels, LEAST_PIXELS), MOST_PIXELS);
  document.documentElement.style.setProperty('--mm', `${bounded}px`);
  return bounded;
}

/** Keeps what was measured. */
export function keepMillimetre(pixels) {
  return keepFact('pixelsPerMillimetre', useMillimetre(pixels));
}
