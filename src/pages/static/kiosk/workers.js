// The service worker, which keeps the page for a start without a network. A new one waits
// until nobody is answering.

let registration;
let isOld = false;
let own;

/** Registers the worker of the page at `path`, where there is none: at first, when it was
    taken away, when there was no network for it. */
export async function register(path) {
  own = path;
  if (!navigator.serviceWorker) return;
  registration = await navigator.serviceWorker.register(`${path}/worker.js`, { scope: path, updateViaCache: 'none' });
}

/** Has `look` called when another worker has taken over. */
export function hear(look) {
  let isControlled = navigator.serviceWorker?.controller != null;
  navigator.serviceWorker?.addEventListener('controllerchange', () => {
    // A worker that was taken away leaves nothing to load the page from.
    if (navigator.serviceWorker.controller === null) return;
    // The first worker takes up the page as it is; a later one is of another version.
    isOld = isControlled;
    isControlled = true;
    look();
  });
}

/** Whether the page is of an older version than its worker. */
export function isStale() {
  return isOld;
}

/** Lets the worker that waits, if there is one, take over. */
export function takeOver() {
  registration?.waiting?.postMessage('take-over');
}

/** Looks for a new version, or for the first one where none could be registered yet. */
export async function update() {
  await register(own);
  await registration?.update();
}
