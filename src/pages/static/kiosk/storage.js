// What the device keeps, in one database of the browser. A write is a
// transaction of strict durability, unless it says otherwise: it has come back only once
// the disk has it.

const NAME = 'hailong-kiosk';
let opening;

function open() {
  opening ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const queue = asked.result.createObjectStore('queue', { keyPath: 'n', autoIncrement: true });
      queue.createIndex('waiting', 'waiting');
      asked.result.createObjectStore('facts');
      asked.result.createObjectStore('recordings');
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
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

/** Does `work` with the object stores `names`, in one transaction; comes back once it is
    safe on the disk, or once it is done when `durability` is relaxed. */
export async function write(names, work, durability = 'strict') {
  const database = await open();
  return new Promise((done, failed) => {
    const transaction = database.transaction(names, 'readwrite', { durability });
    let answer;
    transaction.oncomplete = () => done(answer);
    transaction.onabort = () => failed(transaction.error ?? new Error('aborted'));
    const request = work(...[names].flat().map(name => transaction.objectStore(name)));
    request.onsuccess = () => { answer = request.result; };
  });
}

/** What `work` finds in the object store `name`. */
export async function read(name, work) {
  const database = await open();
  return result(work(database.transaction(name, 'readonly').objectStore(name)));
}

/** The fact `name`, or undefined. */
export function fact(name) {
  return read('facts', store => store.get(name));
}

/** Keeps the fact `name`. */
export function keepFact(name, value) {
  return write('facts', store => store.put(value, name));
}
