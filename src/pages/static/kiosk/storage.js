// What the device keeps, in one database of the browser. A write is a
// transaction of strict durability, unless it says otherwise: it has come back only once
// the disk has it.

const NAME = 'hailong-kiosk';
let opening;
let notice = () => {};

/** Has `work` done each time the browser takes away everything that was kept. */
export function whenTakenAway(work) {
  notice = work;
}

/** What a browser writes to one log before it begins another is 4 MiB; a record may not be
    kept apart, so it is less than 64 KiB. */
const RECORDS = 80;
const RECORD_BYTES = 60000;

/** Does `work`, which gives its last request, with the object stores `names` of `database`
    in one transaction; comes back with that request's result. */
function transact(database, names, work, durability) {
  return new Promise((done, failed) => {
    const transaction = database.transaction(names, 'readwrite', { durability });
    let answer;
    transaction.oncomplete = () => done(answer);
    transaction.onabort = () => failed(transaction.error ?? new Error('aborted'));
    const request = work(...[names].flat().map(name => transaction.objectStore(name)));
    request.onsuccess = () => { answer = request.result; };
  });
}

/** Makes the browser begin a new log. After a power cut the end of the one before may be
    zeros, behind which Chromium goes on writing and never reads: what was thanked for after
    that start would be gone with the next one. */
async function beginLog(database) {
  const keys = Array.from({ length: RECORDS }, (_, n) => `filling-${n}`);
  const fill = (store, key) => store.put(crypto.getRandomValues(new Uint8Array(RECORD_BYTES)), key);
  await transact(database, 'recordings', store => keys.map(key => fill(store, key)).at(-1), 'strict');
  await transact(database, 'recordings', store => keys.map(key => store.delete(key)).at(-1), 'strict');
}

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const queue = asked.result.createObjectStore('queue', { keyPath: 'n', autoIncrement: true });
      queue.createIndex('waiting', 'waiting');
      asked.result.createObjectStore('facts');
      asked.result.createObjectStore('recordings');
    };
    asked.onsuccess = () => {
      asked.result.onclose = () => {
        opening = undefined;
        notice();
      };
      done(asked.result);
    };
    asked.onerror = () => failed(asked.error);
  });
}

/** While the browser takes everything away it refuses to open what it has closed. */
const REFUSED = ['AbortError', 'InvalidStateError'];
const TRIES = 20;
const TRY_AGAIN = 100;

async function openedAtLast() {
  for (let n = 1; ; n += 1) {
    try {
      return await opened();
    } catch (reason) {
      if (n === TRIES || !REFUSED.includes(reason?.name)) throw reason;
      await new Promise(next => setTimeout(next, TRY_AGAIN));
    }
  }
}

function open() {
  // Without room for a new log there is none for an answer either, which says so itself.
  opening ??= openedAtLast().then(database => beginLog(database).catch(() => {}).then(() => database));
  opening.catch(() => { opening = undefined; });
  return opening;
}

/** The result of one request. */
export function result(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/** Does `work` with the database; once more when the connection was closed meanwhile. */
async function withDatabase(work) {
  const before = open();
  try {
    return await work(await before);
  } catch (reason) {
    if (!REFUSED.includes(reason?.name)) throw reason;
    if (opening === before) opening = undefined;
    return work(await open());
  }
}

/** Does `work` with the object stores `names`, in one transaction; comes back once it is
    safe on the disk, or once it is done when `durability` is relaxed. */
export function write(names, work, durability = 'strict') {
  return withDatabase(database => transact(database, names, work, durability));
}

/** What `work` finds in the object store `name`. */
export function read(name, work) {
  return withDatabase(database => result(work(database.transaction(name, 'readonly').objectStore(name))));
}

/** The fact `name`, or undefined. */
export function fact(name) {
  return read('facts', store => store.get(name));
}

/** Keeps the fact `name`. */
export function keepFact(name, value) {
  return write('facts', store => store.put(value, name));
}
