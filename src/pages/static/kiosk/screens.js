// The screens of one visit. Each takes what it shows and what to do, and gives its
// elements; one heading each, nothing preselected.

import { button, element, tick } from './elements.js';
import { MOST_CHARACTERS } from './visit.js';
import { lines } from './hours.js';

/** A button for each other language that `has`. */
export function languages({ place, language }, act, has = () => true) {
  const others = place.languages.filter(one => one.tag !== language && has(one));
  return others.map(other => button(other.name, () => act.choose('language', other.tag), { lang: other.tag, class: 'second' }));
}

/** Where nobody can answer: the commune's name, and the languages to read that in. */
export function head(shown, act) {
  return element('div', { class: 'head' },
    element('p', { class: 'kicker', onpointerdown: act.knock }, shown.place.commune),
    languages(shown, act));
}

/** K0: what this is, one large button, and how things should look. */
export function attract(shown, act) {
  const { place, content, t, language, chosen, cutOff, canListen } = shown;
  return element('section', { class: 'attract' },
    element('p', { class: 'kicker', onpointerdown: act.knock }, place.commune),
    element('h1', {}, content.instrument.title[language]),
    element('p', { class: 'lead' }, content.instrument.introduction[language]),
    button(t('begin'), act.begin, { class: 'begin' }),
    element('div', { class: 'bar choices' },
      // What is asked may have been kept from before a language was added.
      languages(shown, act, one => one.tag in content.instrument.title),
      button(t('large'), () => act.choose('large', !chosen.large), { 'aria-pressed': String(chosen.large), class: 'second' }),
      button(t('contrast'), () => act.choose('contrast', !chosen.contrast), { 'aria-pressed': String(chosen.contrast), class: 'second' }),
      canListen ? button(t('listen'), act.listen, { class: 'second' }) : ''),
    element('div', { class: 'notes' },
      element('p', { class: 'privacy' }, t('privacy')),
      cutOff ? element('p', { class: 'offline' }, element('span', { class: 'dot', 'aria-hidden': 'true' }), t('offline')) : ''));
}

/** How many options stand below each other; more of them stand in two columns. */
const MOST_IN_A_COLUMN = 6;

function tile(item, option, language, values, changed) {
  const apart = option === item.apart;
  const id = `answer-${option.value}`;
  const input = element('input', {
    type: item.multiple ? 'checkbox' : 'radio', id, name: 'answer', value: option.value, autocomplete: 'off', onchange: changed,
  });
  input.checked = values.includes(option.value);
  return element('label', { class: apart ? 'tile apart' : 'tile', for: id }, input,
    item.numbered && !apart ? element('span', { class: 'number' }, String(option.value)) : '',
    element('span', { class: 'words' }, option[language]));
}

/** How soon after a change of a box another one is the same finger's, in milliseconds. */
const SHAKEN = 400;

/** Whether a hand that trembles touched a box once more; `changes` has when each was touched last. */
function isShaken({ target, timeStamp }, changes) {
  const before = changes.get(target);
  changes.set(target, timeStamp);
  return timeStamp - before < SHAKEN;
}

/** What stands before a question: which one it is of those that everyone is asked. */
function progress(visit, t) {
  if (visit.isExtra) return t('extra');
  const { counted } = visit;
  return t('progress', { n: counted.indexOf(visit.item) + 1, of: counted.length });
}

/** K1, and K2 to K(n+1): one question with its options, all of the same size. */
export function question({ visit, item, t, language, canListen, error }, act) {
  const values = visit.chosen(item);
  const next = () => t(visit.isLast && !visit.isLow ? 'send' : 'next');
  const forward = button(next(), act.next, { class: 'next' });
  const offered = item.apart ? [...item.options, item.apart] : item.options;
  const columns = offered.length > MOST_IN_A_COLUMN ? 'two' : 'one';
  const options = element('div', { class: 'tiles' });
  let isTapped = false;
  const changes = new Map();
  const changed = event => {
    if (item.multiple && isShaken(event, changes)) {
      event.target.checked = !event.target.checked;
      return;
    }
    const inputs = [...options.querySelectorAll('input')];
    // "No opinion" does not go with another option: the one pressed last stays.
    if (item.multiple && item.apart && event.target.checked) {
      const isApart = input => Number(input.value) === item.apart.value;
      for (const input of inputs) if (isApart(input) !== isApart(event.target)) input.checked = false;
    }
    act.answer(inputs.filter(input => input.checked).map(input => Number(input.value)), isTapped);
    const said = options.parentElement.querySelector('.error');
    if (said) options.parentElement.removeAttribute('aria-describedby');
    said?.remove();
    forward.textContent = next();
  };
  options.append(...offered.map(option => tile(item, option, language, values, changed)));
  // The arrow keys choose while they move; only a finger has chosen when it touched.
  options.addEventListener('pointerdown', () => { isTapped = true; });
  options.addEventListener('keydown', () => { isTapped = false; });
  const said = error
    ? element('p', { class: 'error', id: 'error', role: 'alert' }, t('choose'))
    : item.hint && element('p', { class: 'hint', id: 'hint' }, item.hint[language]);
  return element('section', { class: `question ${columns}${visit.isField ? ' field' : ''}` },
    element('fieldset', { 'aria-describedby': said?.id },
      element('legend', {},
        visit.isField ? '' : element('span', { class: 'progress' }, progress(visit, t)),
        element('h1', { tabindex: -1 }, item.text[language])),
      said,
      options),
    element('div', { class: 'bar' },
      button(t('back'), act.back, { class: 'second' }),
      canListen ? button(t('listen'), act.listen, { class: 'second' }) : '',
      button(t('skip'), act.skip, { class: 'second' }),
      forward));
}

/** K(n+2): what was not good, asked only after a low rating; like any other question. */
export const reason = question;

/** K(n+2), too: in one's own words, asked only after a low answer. */
export function comment({ visit, item, t, language, canListen }, act) {
  const words = element('textarea', {
    id: 'comment', rows: 2, maxlength: MOST_CHARACTERS, autocomplete: 'off', autocapitalize: 'sentences', spellcheck: 'false',
    'aria-labelledby': 'question', 'aria-describedby': 'hint most', oninput: event => act.say(event.target.value),
  });
  words.value = visit.comment;
  return element('section', { class: 'question comment' },
    element('div', { class: 'asked' },
      element('h1', { id: 'question', tabindex: -1 }, item.text[language], ' ', element('span', { class: 'optional' }, t('optional'))),
      element('p', { class: 'hint', id: 'hint' }, item.hint?.[language] ?? t('no-names'))),
    element('div', { class: 'words' },
      words,
      element('p', { class: 'hint', id: 'most' }, t('most', { most: MOST_CHARACTERS }))),
    element('div', { class: 'bar' },
      button(t('back'), act.back, { class: 'second' }),
      canListen ? button(t('listen'), act.listen, { class: 'second' }) : '',
      button(t('skip-and-send'), act.skip, { class: 'second' }),
      button(t('send'), act.next, { class: 'next' })));
}

/** K(n+3): it is saved; the receipt follows when the server has it. */
export function saved({ place, t, cutOff }, act) {
  return element('section', { class: 'message saved' },
    tick(),
    element('h1', { tabindex: -1 }, t('saved')),
    element('p', { class: 'receipt', role: 'status' }, cutOff ? t('receipt-later') : ''),
    element('p', { class: 'results' }, t('saved-results', { address: place.results?.address ?? `${location.host}/c/${place.commune_code}` })),
    place.results ? element('img', { class: 'qr', src: `data:image/svg+xml,${encodeURIComponent(place.results.picture)}`, alt: t('results-picture') }) : '',
    element('p', { class: 'left' }),
    element('div', { class: 'bar' },
      button(t('stay'), act.stay, { class: 'second' }),
      button(t('done'), act.done, { class: 'next' })));
}

/** KW: is anybody there? Any touch goes on. */
export function warning({ t }, act) {
  return element('section', { class: 'message warning', role: 'alertdialog', 'aria-labelledby': 'heading' },
    element('h1', { id: 'heading', tabindex: -1 }, t('still-there')),
    element('p', { class: 'left' }),
    element('div', { class: 'bar' }, button(t('go-on'), act.goOn, { class: 'next' })));
}

/** How the centre is reached, where it said so; what it wrote is Vietnamese. */
function contact(said, t) {
  if (!said) return '';
  const [before, after] = t('contact').split('{contact}');
  return element('p', { class: 'contact' }, before, element('span', { lang: 'vi' }, said), after);
}

/** KE1: an answer could not be saved, and nothing is thanked for. */
export function broken(shown, act) {
  const { place, t } = shown;
  return element('section', { class: 'message' },
    head(shown, act),
    element('h1', { tabindex: -1 }, t('broken')),
    element('p', { class: 'lead' }, t('broken-instead', { address: `${location.host}/s/${place.point}` })),
    contact(place.contact, t));
}

/** Outside opening hours. */
export function closed(shown, act) {
  const { place, content, t } = shown;
  // Hours are read as one word.
  const whole = line => line.split(/(\S+–\S+)/).map((part, n) => (n % 2 === 0 ? part : element('span', { class: 'whole' }, part)));
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map(day => t(day));
  return element('section', { class: 'message' },
    head(shown, act),
    element('h1', {}, t('closed')),
    element('p', { class: 'lead' }, t('closed-hours')),
    element('ul', { class: 'hours' }, lines(content.opening_hours, days).map(line => element('li', {}, whole(line)))),
    element('p', {}, t('closed-instead', { address: `${location.host}/s/${place.point}` })));
}

/** KE2: the device was never enrolled, or its token was revoked. */
export function off(shown, act) {
  const { place, t, error, enrolling, held, isEnrolled } = shown;
  const code = element('input', {
    id: 'code', name: 'code', value: enrolling, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: 12,
    oninput: event => act.type(event.target.value),
  });
  // The form of the staff stands beside; the number alone leaves it room.
  return element('section', { class: 'message off' },
    head(shown, act),
    element('h1', { tabindex: -1 }, t('off')),
    element('p', { class: 'lead' }, t('off-instead')),
    contact(place.telephone || place.contact, t),
    element('form', { class: 'enrol', onsubmit: event => { event.preventDefault(); act.enrol(code.value); } },
      held > 0 && !isEnrolled ? element('p', { class: 'error cleared', role: 'alert' }, t('cleared', { unsent: held })) : '',
      element('label', { for: 'code' }, t('enrol-code')),
      error ? element('p', { class: 'error', role: 'alert' }, error) : '',
      code,
      element('button', { type: 'submit', class: 'second' }, t('enrol'))));
}
