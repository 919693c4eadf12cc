// The screen stays on while somebody may be answering.

let lock;

/** Keeps the screen on; the browser lets it go when the page is hidden or the battery low. */
export async function keepAwake() {
  if (document.visibilityState !== 'visible' || lock?.released === false) return;
  lock = await navigator.wakeLock?.request('screen').catch(() => undefined);
}

/** Lets the screen go off when nobody touches it. */
export async function letSleep() {
  const held = lock;
  lock = undefined;
  await held?.release().catch(() => {});
}
