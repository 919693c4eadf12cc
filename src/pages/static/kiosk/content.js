// What is asked and said here: one document from the server, kept on the device and
// looked at again only while nobody is answering.

import { fact, keepFact, read, write } from './storage.js';

/** The document kept on the device, or undefined. */
export function kept() {
  return fact('content');
}

function recordingsOf(content) {
  return content.instrument.items.flatMap(item => Object.values(item.recordings));
}

/** Keeps the sound of every recording that is not here yet, and only those. */
async function fetchRecordings(content) {
  const wanted = recordingsOf(content);
  const here = await read('recordings', store => store.getAllKeys());
  for (const { hash, address } of wanted) {
    if (here.includes(hash)) continue;
    const answer = await fetch(address, { redirect: 'error', credentials: 'omit' });
    if (!answer.ok || !answer.headers.get('Content-Type')?.startsWith('audio/')) continue;
    const sound = await answer.arrayBuffer();
    await write('recordings', store => store.put(sound, hash));
  }
  for (const hash of here.filter(hash => !wanted.some(one => one.hash === hash))) {
    await write('recordings', store => store.delete(hash));
  }
}

/** The document of `point` as the server has it now, kept; undefined when there is none of ours. */
export async function fetched(point) {
  const answer = await fetch(`/kiosk/${point}/content.json`, { redirect: 'error', cache: 'no-store', credentials: 'omit' });
  if (!answer.ok || !answer.headers.get('Content-Type')?.startsWith('application/json')) return undefined;
  const content = await answer.json().catch(() => undefined);
  if (content?.point !== point || !Array.isArray(content.instrument?.items)) return undefined;
  await keepFact('content', content);
  await fetchRecordings(content).catch(() => {});
  return content;
}
