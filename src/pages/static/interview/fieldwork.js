// The screens of the interviewer: the list, one household, consent, handing the tablet
// over. Nothing on them tells what anybody answered.

import { button, element, tick } from './elements.js';
import * as assignment from './assignment.js';
import { head, languages } from './screens.js';

function villages(households) {
  return [...new Set(households.map(one => one.psu))].map(psu => ({ psu, households: households.filter(one => one.psu === psu) }));
}

function status(household, t) {
  const called = assignment.replacement(household);
  const words = t(`status-${household.status}`, { visits: household.visits });
  return called ? `${words} – ${t('replaced', { household: called.household })}` : words;
}

/** The interviewer's households by village. */
export function list(shown, act) {
  const { work, t, cutOff, queued, error } = shown;
  const issued = work.households.filter(assignment.isIssued);
  const isDone = one => !['waiting', 'later'].includes(one.status);
  const row = one => element('li', {},
    button('', () => act.open(one), { class: `second household ${one.status}` }));
  const section = element('section', { class: 'fieldwork list' },
    element('p', { class: 'kicker', onpointerdown: act.knock }, `${work.title} – ${work.interviewer}`),
    element('h1', { tabindex: -1 }, t('households')),
    element('p', { class: 'lead' }, t('done-of', { done: issued.filter(isDone).length, of: issued.length })),
    error ? element('p', { class: 'error', role: 'alert' }, error) : '',
    issued.length === 0 ? element('p', { class: 'lead' }, t('no-households')) : '',
    villages(issued).map(({ psu, households }) => element('section', { class: 'village' },
      element('h2', {}, psu),
      element('ul', {}, households.map(one => {
        const made = row(one);
        made.firstChild.append(
          element('span', { class: 'which' }, t('household', { household: one.household })),
          element('span', { class: 'status' }, status(one, t)));
        return made;
      })))),
    element('p', { class: 'waiting', role: 'status' }, queued === 0 ? t('all-sent') : t('unsent', { unsent: queued })),
    cutOff ? element('p', { class: 'offline' }, element('span', { class: 'dot', 'aria-hidden': 'true' }), t('interview-offline')) : '',
    element('div', { class: 'bar' },
      button(t('refresh'), act.refresh, { class: 'second' }),
      languages(shown, act)));
  return section;
}

/** One household: begin the interview, or say why there was none. */
export function household({ household: one, next, t }, act) {
  const isOpen = ['waiting', 'later'].includes(one.status);
  const isSettled = ['refused', 'absent', 'vacant'].includes(one.status);
  return element('section', { class: 'fieldwork' },
    element('p', { class: 'kicker' }, one.psu),
    element('h1', { tabindex: -1 }, t('household', { household: one.household })),
    one.stands_for == null ? '' : element('p', { class: 'lead' }, t('stands-for', { household: one.stands_for })),
    element('p', { class: 'lead' }, status(one, t)),
    isOpen ? element('div', { class: 'acts' },
      button(t('interview'), act.ask, { class: 'next ask' }),
      element('h2', {}, t('no-interview')),
      next ? element('p', { class: 'lead next-visit' }, t(`next-${next}`)) : [
        button(t('outcome-later'), () => act.settle('later'), { class: 'second later' }),
        button(t('outcome-absent', { visit: one.visits + 1 }), () => act.settle('absent'), { class: 'second absent' })],
      button(t('outcome-refused'), () => act.settle('refused'), { class: 'second refused' }),
      button(t('outcome-vacant'), () => act.settle('vacant'), { class: 'second vacant' })) : '',
    isSettled ? element('div', { class: 'acts' },
      assignment.reserveFor(one) ? button(t('call-reserve'), act.callReserve, { class: 'next reserve' }) : '',
      assignment.replacement(one) ? '' : button(t('visit-again'), () => act.settle('again'), { class: 'second again' })) : '',
    element('div', { class: 'bar' }, button(t('to-list'), act.list, { class: 'second to-list' })));
}

/** What the interviewer reads aloud before the first question. */
export function consent({ place, content, t, language }, act) {
  return element('section', { class: 'fieldwork consent' },
    element('p', { class: 'kicker' }, t('read-aloud')),
    element('h1', { tabindex: -1 }, content.instrument.title[language]),
    element('p', { class: 'aloud' }, t('consent', { commune: place.commune })),
    element('p', { class: 'aloud' }, t('consent-free')),
    element('p', { class: 'aloud' }, t('consent-kept')),
    element('div', { class: 'bar' },
      button(t('not-now'), act.back, { class: 'second' }),
      button(t('agrees'), act.begin, { class: 'next' })));
}

/** The respondent takes the tablet and chooses unseen. */
export function hand({ t }, act) {
  return element('section', { class: 'message hand' },
    element('h1', { tabindex: -1 }, t('hand-over')),
    element('p', { class: 'lead' }, t('hand-over-how')),
    element('div', { class: 'bar' }, button(t('go-on'), act.taken, { class: 'next' })));
}

/** The interview is to break off. */
export function leaving({ visit, t }, act) {
  return element('section', { class: 'message leaving' },
    element('h1', { tabindex: -1 }, t('stop')),
    element('p', { class: 'lead' }, t(visit.isBegun ? 'stop-kept' : 'stop-empty')),
    element('div', { class: 'bar' },
      button(t('stop-no'), act.stay, { class: 'second' }),
      button(t('stop-yes'), act.stop, { class: 'next' })));
}

/** The page went away in the middle of an interview; all of it is still here. */
export function interrupted({ household: one, t }, act) {
  return element('section', { class: 'message interrupted' },
    element('p', { class: 'kicker' }, one.psu),
    element('h1', { tabindex: -1 }, t('interrupted', { household: one.household })),
    element('p', { class: 'lead' }, t('interrupted-how')),
    element('div', { class: 'bar' },
      button(t('stop-yes'), act.stop, { class: 'second stop' }),
      button(t('stop-no'), act.resume, { class: 'next' })));
}

/** It is stored on the tablet. */
export function saved({ t, handed }, act) {
  return element('section', { class: 'message saved' },
    tick(),
    element('h1', { tabindex: -1 }, t('saved')),
    element('p', { class: 'lead' }, t(handed ? 'hand-back' : 'thanks')),
    element('div', { class: 'bar' }, button(t('to-list'), act.done, { class: 'next' })));
}

/** The page is open in another window of this tablet. */
export function second({ t }) {
  return element('section', { class: 'message second-window' },
    element('h1', { tabindex: -1 }, t('second-window')),
    element('p', { class: 'lead' }, t('second-window-how')));
}

/** Nothing could be stored. */
export function broken(shown, act) {
  const { t } = shown;
  return element('section', { class: 'message' },
    head(shown, act),
    element('h1', { tabindex: -1 }, t('broken')),
    element('p', { class: 'lead' }, t('interview-broken')));
}

/** The tablet is not enrolled for interviews here, or its token was revoked. */
export function off(shown, act) {
  const { t, error, enrolling, unsent } = shown;
  const code = element('input', {
    id: 'code', name: 'code', value: enrolling, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: 12,
    oninput: event => act.type(event.target.value),
  });
  return element('section', { class: 'fieldwork off' },
    head(shown, act),
    element('h1', { tabindex: -1 }, t('interview-off')),
    unsent === undefined ? '' : element('p', { class: 'error cleared', role: 'alert' }, t('interview-cleared', { unsent })),
    element('p', { class: 'lead' }, t('interview-off-how')),
    element('form', { class: 'enrol', onsubmit: event => { event.preventDefault(); act.enrol(code.value); } },
      element('label', { for: 'code' }, t('interview-code')),
      error ? element('p', { class: 'error', role: 'alert' }, error) : '',
      code,
      element('button', { type: 'submit', class: 'next' }, t('enrol'))));
}
