// Reading aloud: the centre's recording, or else the browser's own voice.

import { read } from './storage.js';

let sound;
let playing;

/** Stops whatever is said. */
export function hush() {
  playing?.stop();
  playing = undefined;
  globalThis.speechSynthesis?.cancel();
}

function voiceFor(language) {
  return globalThis.speechSynthesis?.getVoices().find(voice => voice.lang.toLowerCase().startsWith(language));
}

/** Whether `recording`, the mark of a recording or undefined, or a voice of `language` is there. */
export function canSay(recording, language) {
  return recording !== undefined || voiceFor(language) !== undefined;
}

/** `texts` as one that is read aloud, with a pause behind each. */
export function joined(texts) {
  return texts.filter(Boolean).map(text => (/[.?!…:]$/.test(text) ? text : `${text}.`)).join(' ');
}

/** Says a recording, or `text` in `language`. */
export async function say(recording, text, language) {
  hush();
  if (recording !== undefined) {
    const content = await read('recordings', store => store.get(recording));
    if (content !== undefined) {
      sound ??= new AudioContext();
      // A browser may not know the kind of sound; then its own voice says it.
      const buffer = await sound.decodeAudioData(content.slice(0)).catch(() => undefined);
      if (buffer !== undefined) {
        const source = sound.createBufferSource();
        source.buffer = buffer;
        source.connect(sound.destination);
        source.start();
        playing = source;
        return;
      }
    }
  }
  const voice = voiceFor(language);
  if (voice === undefined) return;
  const words = new SpeechSynthesisUtterance(text);
  words.voice = voice;
  words.lang = voice.lang;
  words.rate = 0.9;
  speechSynthesis.speak(words);
}
