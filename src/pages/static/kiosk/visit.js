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

  /** The questions that everyone is asked, the comment not among them. */
  get items() {
    return this.#content.instrument.items.filter(item => !item.comment);
  }

  /** The question that is asked only after a low answer, if there is one. */
  get reason() {
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

  /** Whether there is nothing before what is asked now. */
  get isFirst() {
    return this.isField || (this.position === 0 && !this.#content.service_field);
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

  /** Whether an answer was low, so that the reason is asked. */
  get isLow() {
    return this.reason !== undefined
      && this.items.some(item => this.chosen(item).some(value => item.low.includes(value)));
  }

  /** Whether the question on the screen is the last of all. */
  get isLast() {
    return this.position === this.items.length - 1;
  }

  /** The response: its id and its text, made once and never again. */
  response(partial) {
    this.#begun();
    const { instrument, point } = this.#content;
    const answers = {};
    for (const item of this.items) {
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
