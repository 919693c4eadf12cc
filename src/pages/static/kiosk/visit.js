// One visit: what one person answers, in memory only until it is a response.

/** The longest comment that the kiosk takes, in characters. */
export const MOST_CHARACTERS = 500;

/** A UUID of version 7: it sorts by the device's time and has 74 random bits. */
export function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(now / 256 ** (5 - i)) % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export class Visit {
  #content;
  #answers = new Map();
  #id;
  #answeredAt;
  #comment = '';
  #told;
  /** Which question is on the screen; -1 is the field of the procedure, before the first. */
  position;

  /** A visit that is asked `content`; `told` is what every response of it says, and `id`
      its id where the time must not be in it. */
  constructor(content, told = { channel: 'kiosk' }, id = undefined) {
    this.#content = content;
    this.position = content.service_field ? -1 : 0;
    this.#told = told;
    this.#id = id;
  }

  /** The visit of which `response` was kept, at the question of `position`; undefined when
      `content` is not what it was asked. */
  static resumed(content, { id, body }, position) {
    const { instrument, version, collection_point, answered_at, answers, service_field, comment, partial, ...told } = JSON.parse(body);
    const { instrument: asked, point, service_field: field } = content;
    const visit = new Visit(content, told, id);
    visit.position = position;
    if (instrument !== asked.id || version !== asked.version || collection_point !== point || !visit.item) return undefined;
    visit.#answers = new Map(Object.entries(answers).map(([code, values]) => [code, [values].flat()]));
    const chosen = field?.options.find(option => option.vi === service_field);
    if (chosen !== undefined) visit.#answers.set(field.code, [chosen.value]);
    visit.#answeredAt = answered_at;
    visit.#comment = comment ?? '';
    return visit;
  }

  /** The questions with options, also those that are not asked of everyone. */
  get items() {
    return this.#content.instrument.items.filter(item => !item.comment);
  }

  /** The questions with options that everyone is asked: these are counted on the screen. */
  get counted() {
    return this.items.filter(item => !item.asked_after);
  }

  /** The question that is answered in words, asked here only after a low answer, if there is one. */
  get remark() {
    return this.#content.instrument.items.find(item => item.comment);
  }

  /** The question on the screen. */
  get item() {
    return this.isField ? this.#content.service_field : this.items[this.position];
  }

  /** Whether the field of the procedure is asked now. */
  get isField() {
    return this.position < 0;
  }

  /** Whether the question on the screen is one that not everyone is asked. */
  get isExtra() {
    return !this.isField && Boolean(this.item.asked_after);
  }

  /** Whether there is nothing before what is asked now. */
  get isFirst() {
    return this.isField || (this.position === 0 && !this.#content.service_field);
  }

  /** Whether `item` is asked: of everyone, or because a rating that it names is low. */
  isAsked(item) {
    const isLow = ([code, low]) => low.includes(this.#answers.get(code)?.[0]);
    return !item.asked_after || Object.entries(item.asked_after).some(isLow);
  }

  /** Goes to the question after this one that is asked. */
  advance() {
    this.position = this.#following;
  }

  /** Goes to the question before this one that is asked, or to the field before all. */
  retreat() {
    do this.position -= 1; while (this.position >= 0 && !this.isAsked(this.item));
  }

  get #following() {
    return this.items.findIndex((item, place) => place > this.position && this.isAsked(item));
  }

  /** The chosen values of `item`. */
  chosen(item) {
    return this.#answers.get(item.code) ?? [];
  }

  get comment() {
    return this.#comment;
  }

  #begun() {
    this.#id ??= newId();
    this.#answeredAt ??= new Date().toISOString();
  }

  /** Keeps what is chosen for `item`; nothing chosen takes it back. */
  answer(item, values) {
    if (values.length === 0) {
      this.#answers.delete(item.code);
      return;
    }
    this.#begun();
    this.#answers.set(item.code, values);
  }

  /** Keeps the comment. */
  say(text) {
    this.#comment = text;
  }

  /** Whether a question was answered; the field of the procedure alone says nothing. */
  get isBegun() {
    return this.items.some(item => this.#answers.has(item.code)) || this.#comment.trim() !== '';
  }

  /** Whether an answer was low, so that the remark is asked for. */
  get isLow() {
    return this.remark !== undefined
      && this.items.some(item => this.chosen(item).some(value => item.low.includes(value)));
  }

  /** Whether the question on the screen is the last with options. */
  get isLast() {
    return this.#following < 0;
  }

  /** The response: its id and its text, made once and never again. What was answered to a
      question that is not asked any more is not in it. */
  response(partial) {
    this.#begun();
    const { instrument, point } = this.#content;
    const answers = {};
    for (const item of this.items.filter(item => this.isAsked(item))) {
      const values = this.#answers.get(item.code);
      if (values !== undefined) answers[item.code] = item.multiple ? values : values[0];
    }
    const field = this.#content.service_field?.options.find(option => this.chosen(this.#content.service_field).includes(option.value));
    const comment = this.#comment.trim();
    const body = {
      instrument: instrument.id,
      version: instrument.version,
      collection_point: point,
      ...this.#told,
      answered_at: this.#answeredAt,
      answers,
      ...(field === undefined ? {} : { service_field: field.vi }),
      ...(comment === '' ? {} : { comment }),
      ...(partial ? { partial: true } : {}),
    };
    return { id: this.#id, body: JSON.stringify(body) };
  }
}
