/**
 * The script inside the SVG: search, zoom, reset and details under the pointer, as in FlameGraph's SVG. Plain
 * ECMAScript in one scope, without requests; names are only read as text and written with textContent.
 */
export const svgScript = `
(() => {
  'use strict';
  const NS = 'http://www.w3.org/2000/svg';
  const svg = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const [frames, details, unzoom, search, ignore, matched] =
    ['frames', 'details', 'unzoom', 'search', 'ignorecase', 'matched'].map(byId);
  const total = Number(frames.getAttribute('total_samples'));
  const width = Number(frames.getAttribute('width'));
  const CHAR = 7.08;
  const all = Array.from(frames.children, (g) => {
    const rect = g.querySelector('rect');
    const title = g.querySelector('title').textContent;
    return {
      g, rect, title, text: g.querySelector('text'), fill: rect.getAttribute('fill'),
      name: title.replace(/ \\([^(]*\\)$/, ''),
      x: Number(rect.getAttribute('fg:x')), w: Number(rect.getAttribute('fg:w')), y: Number(rect.getAttribute('y')),
    };
  });
  const inverted = frames.getAttribute('inverted') === 'yes';
  let term = '';
  let anyCase = false;
  let view = { x: 0, w: total, y: undefined };

  const label = (f, pixels) => {
    const room = Math.floor((pixels - 6) / CHAR);
    if (room < 3) {
      if (f.text) f.text.textContent = '';
      return;
    }
    if (!f.text) {
      f.text = document.createElementNS(NS, 'text');
      f.text.setAttribute('y', String(f.y + 10.5));
      f.g.appendChild(f.text);
    }
    f.text.textContent = f.name.length <= room ? f.name : f.name.slice(0, room - 2) + '..';
  };
  const show = () => {
    const scale = 100 / view.w;
    const end = view.x + view.w;
    const fudge = total * 1e-7;
    for (const f of all) {
      const below = view.y !== undefined && (inverted ? f.y < view.y : f.y > view.y);
      const covers = below && f.x <= view.x + fudge && f.x + f.w >= end - fudge;
      const inside = !below && f.x >= view.x - fudge && f.x + f.w <= end + fudge;
      f.g.style.display = covers || inside ? '' : 'none';
      f.g.style.opacity = covers ? '0.5' : '';
      if (!covers && !inside) continue;
      const x = covers ? 0 : (f.x - view.x) * scale;
      const w = covers ? 100 : f.w * scale;
      f.rect.setAttribute('x', x.toFixed(4) + '%');
      f.rect.setAttribute('width', w.toFixed(4) + '%');
      label(f, (w * width) / 100);
      if (f.text) f.text.setAttribute('x', (x + 300 / width).toFixed(4) + '%');
    }
    unzoom.classList.toggle('hide', view.y === undefined);
  };
  const zoom = (f) => {
    view = f.w >= total ? { x: 0, w: total, y: undefined } : { x: f.x, w: f.w, y: f.y };
    show();
  };
  const find = () => {
    let pattern;
    try {
      pattern = term === '' ? undefined : new RegExp(term, anyCase ? 'i' : '');
    } catch {
      pattern = { test: (name) => name.includes(term) };
    }
    const hits = [];
    for (const f of all) {
      const hit = pattern !== undefined && pattern.test(f.name);
      f.rect.setAttribute('fill', hit ? 'rgb(230,0,230)' : f.fill);
      if (hit) hits.push(f);
    }
    search.textContent = pattern ? 'Reset Search' : 'Search';
    search.classList.toggle('show', pattern !== undefined);
    matched.classList.toggle('hide', pattern === undefined);
    if (pattern === undefined) return;
    // Sum the widths of outermost matches only: a match above another match is already part of it.
    hits.sort((a, b) => a.x - b.x || b.w - a.w);
    let [sum, end] = [0, -1];
    for (const f of hits) {
      if (f.x < end - total * 1e-9) continue;
      sum += f.w;
      end = f.x + f.w;
    }
    matched.textContent = 'Matched: ' + ((100 * sum) / total).toFixed(1) + '%';
  };
  const ask = () => {
    if (term !== '') term = '';
    else {
      const given = prompt('Enter a search term (regexp allowed, eg: ^ext4_)', '');
      if (given === null) return;
      term = given;
    }
    find();
  };
  const toggleCase = () => {
    anyCase = !anyCase;
    ignore.classList.toggle('show', anyCase);
    if (term !== '') find();
  };
  const frameOf = (event) => all[Array.prototype.indexOf.call(frames.children, event.target.closest('#frames > g'))];
  frames.addEventListener('click', (event) => {
    const f = frameOf(event);
    if (f) zoom(f);
  });
  frames.addEventListener('mouseover', (event) => {
    const f = frameOf(event);
    details.textContent = f ? 'Function: ' + f.title : '';
  });
  frames.addEventListener('mouseout', () => (details.textContent = ''));
  unzoom.addEventListener('click', () => zoom({ x: 0, w: total }));
  search.addEventListener('click', ask);
  ignore.addEventListener('click', toggleCase);
  window.addEventListener('keydown', (event) => {
    if (event.key === 'F3' || (event.ctrlKey && event.key === 'f')) {
      event.preventDefault();
      ask();
    } else if (event.ctrlKey && event.key === 'i') {
      event.preventDefault();
      toggleCase();
    } else if (event.key === 'Escape') zoom({ x: 0, w: total });
  });
  const asked = new URLSearchParams(location.search).get('s');
  if (asked) {
    term = asked;
    find();
  }
})();
`;
