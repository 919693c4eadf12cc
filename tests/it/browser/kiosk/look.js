// What is wrong with the screen of the kiosk, measured in millimetres of its tablet; the
// first argument is whether it may be longer than the screen. Gives a list of faults.
const mayScroll = arguments[0];
const mm = parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm'));
const pen = document.createElement('canvas').getContext('2d');
pen.font = '100px "Be Vietnam Pro"';
const cap = pen.measureText('H').actualBoundingBoxAscent / 100;
const found = [];
const name = e => `${e.tagName.toLowerCase()}.${e.className} “${(e.textContent || e.id).slice(0, 40)}”`;
const isSeen = e => e.getClientRects().length > 0;
const page = document.scrollingElement;
scrollTo(0, 0);

if (document.querySelectorAll('h1').length !== 1) found.push('not one heading');
if (document.title === '') found.push('no title');
if (page.scrollWidth > innerWidth) found.push(`${page.scrollWidth - innerWidth} px too wide`);
if (!mayScroll && page.scrollHeight > innerHeight) found.push(`${page.scrollHeight - innerHeight} px too long`);

// What is pressed: 20 mm both ways, 3 mm from each other, wholly on the screen, uncovered.
const targets = [...document.querySelectorAll('button, a, .tile, textarea, input:not([type=radio], [type=checkbox])')].filter(isSeen);
const boxes = targets.map(e => e.getBoundingClientRect());
boxes.forEach((box, i) => {
  const target = targets[i];
  if (Math.min(box.width, box.height) < 20 * mm - 0.1) found.push(`small ${name(target)} ${box.width} × ${box.height}`);
  boxes.slice(i + 1).forEach((other, n) => {
    const across = Math.max(other.left - box.right, box.left - other.right);
    const down = Math.max(other.top - box.bottom, box.top - other.bottom);
    if (Math.max(across, down) < 3 * mm - 0.1) found.push(`near ${name(target)} and ${name(targets[i + 1 + n])}`);
  });
  if (mayScroll) return;
  if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight) found.push(`outside ${name(target)} ${box.top} to ${box.bottom}`);
  for (const [across, down] of [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]]) {
    const there = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down);
    if (!target.contains(there)) found.push(`covered ${name(target)}`);
  }
});

// Every option as large as the others; a long name of a field may be higher, it is no vote.
const tiles = [...document.querySelectorAll('.tile')].map(e => e.getBoundingClientRect());
for (const side of document.querySelector('.field') ? ['width'] : ['width', 'height']) {
  const sizes = tiles.map(box => box[side]);
  if (Math.max(...sizes) - Math.min(...sizes) > 0.5) found.push(`options of unequal ${side}: ${sizes}`);
}

// Letters large enough, lines that do not touch, no word cut in two, nothing beyond its box.
for (const e of document.querySelectorAll('#kiosk *')) {
  if (!isSeen(e)) continue;
  const texts = [...e.childNodes].filter(n => n.nodeType === Node.TEXT_NODE && n.textContent.trim() !== '');
  if (texts.length === 0) continue;
  const style = getComputedStyle(e);
  const capital = parseFloat(style.fontSize) * cap / mm;
  if (capital < (e.tagName === 'H1' ? 6.1 : 4.8)) found.push(`letters of ${capital.toFixed(2)} mm in ${name(e)}`);
  if (parseFloat(style.lineHeight) / parseFloat(style.fontSize) < 1.29) found.push(`tight ${name(e)}`);
  if (e.scrollWidth > e.clientWidth + 1 && style.display !== 'inline') found.push(`beyond its box ${name(e)}`);
  // A device's id may be broken where it ends.
  if (mayScroll) continue;
  const range = document.createRange();
  for (const text of texts) {
    // An address may be broken after its parts: a word of a sentence may not.
    for (const word of text.textContent.matchAll(/[^\s/.:-]+/g)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (range.getClientRects().length > 1) found.push(`“${word[0]}” is cut in ${name(e)}`);
    }
  }
}
return [...new Set(found)];
