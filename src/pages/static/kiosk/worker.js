// The service worker: gives the shell of this version without a network. It looks at
// reading only; what is sent goes past it. The server puts before this NAME, VERSION and
// SHELL, the addresses of the shell with the SHA-256 of what is there: what a network that wants
// a sign-in puts in their place is not kept.

const CACHE = `${NAME}-${VERSION}`;

self.addEventListener('install', event => {
  event.waitUntil(caches.open(CACHE)
    .then(cache => Promise.all(Object.keys(SHELL).map(address => keep(cache, address)))));
});

async function keep(cache, address) {
  const answer = await fetch(address, { cache: 'reload', redirect: 'error', credentials: 'omit' });
  const hash = await crypto.subtle.digest('SHA-256', await answer.clone().arrayBuffer());
  const hex = [...new Uint8Array(hash)].map(byte => byte.toString(16).padStart(2, '0')).join('');
  if (hex !== SHELL[address]) throw new Error(`${address} is not what the server has`);
  await cache.put(address, answer);
}

self.addEventListener('activate', event => {
  const isOld = name => name.startsWith(`${NAME}-`) && name !== CACHE;
  event.waitUntil(caches.keys()
    .then(names => Promise.all(names.filter(isOld).map(name => caches.delete(name))))
    .then(() => self.clients.claim()));
});

// The page says when nobody is answering.
self.addEventListener('message', event => {
  if (event.data === 'take-over') self.skipWaiting();
});

self.addEventListener('fetch', event => {
  const { request } = event;
  const address = new URL(request.url);
  const isShell = address.origin === self.location.origin && address.pathname in SHELL;
  if (request.method !== 'GET' || !isShell) return;
  event.respondWith(caches.open(CACHE)
    .then(cache => cache.match(address.pathname))
    .then(found => found ?? fetch(request)));
});
