// Making elements: no template language, no inline style.

/** An element with `properties` (a `class`, a listener as `onclick`, any attribute) and children. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter(child => child !== undefined && child !== null && child !== ''));
  return made;
}

/** A button that says `label` and does `pressed`. */
export function button(label, pressed, properties = {}) {
  return element('button', { type: 'button', onclick: pressed, ...properties }, label);
}

/** The tick of a saved response. */
export function tick() {
  const space = 'http://www.w3.org/2000/svg';
  const made = (name, attributes) => {
    const part = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    return part;
  };
  const drawn = made('svg', { viewBox: '0 0 32 32', class: 'tick', 'aria-hidden': 'true', focusable: 'false' });
  drawn.append(
    made('circle', { cx: 16, cy: 16, r: 15, fill: 'currentColor' }),
    made('path', { d: 'M8.5 16.5l5 5 10-11', fill: 'none', class: 'stroke', 'stroke-width': 3.5, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }),
  );
  return drawn;
}
