// The states of interview mode and what leads from one to the other. What is not in the
// table does not happen.

import { BEFORE, ORIGIN } from './machine.js';

export const STEPS = {
  starting: { ready: 'list', found: 'interrupted', off: 'off', second: 'second' },
  // Another window of this tablet has the page; nothing happens in this one.
  second: {},
  list: { open: 'household', again: 'list', off: 'off', maintain: 'pin' },
  household: { again: 'household', answered: 'household', ask: 'consent', list: 'list', off: 'off', broke: 'broken' },
  consent: { begin: 'question', back: 'household', off: 'off' },
  question: { next: 'question', explain: 'reason', write: 'comment', hand: 'hand', leave: 'leaving', saved: 'saved', answered: 'household', broke: 'broken' },
  reason: { next: 'question', explain: 'reason', write: 'comment', hand: 'hand', leave: 'leaving', saved: 'saved', answered: 'household', broke: 'broken' },
  comment: { next: 'question', explain: 'reason', leave: 'leaving', saved: 'saved', answered: 'household', broke: 'broken' },
  // The page went away in the middle of an interview, and is back.
  interrupted: { next: 'question', explain: 'reason', saved: 'saved', answered: 'household', broke: 'broken' },
  // The respondent takes the tablet.
  hand: { taken: BEFORE },
  // The interview breaks off.
  leaving: { stay: BEFORE, left: 'household', saved: 'saved', answered: 'household', broke: 'broken' },
  saved: { done: 'list' },
  // Nothing could be stored.
  broken: { mended: 'list', maintain: 'pin' },
  // Not enrolled, or the token was revoked.
  off: { enrolled: 'list', maintain: 'pin' },
  pin: { right: 'maintenance', done: ORIGIN },
  maintenance: { done: ORIGIN },
};
