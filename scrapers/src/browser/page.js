// The engine's eyes: what a recipe's locators mean on a page. Reads only, but for the two
// operations that say otherwise. Called as (operation, argument) with the answer as JSON.
const [operation, argument] = arguments;

const squeeze = (text) => (text ?? '').replace(/[\s\u00a0\u200b]+/g, ' ').trim();
const headline = (text) => squeeze(text).replace(/[\s:*]+$/, '');
const control = 'input:not([type=hidden]), select, textarea, [contenteditable=true]';

const visible = (el) => {
  if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  const box = el.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
};

const text = (el) => {
  if (el instanceof HTMLSelectElement) return squeeze(el.selectedOptions[0]?.textContent);
  if (el instanceof HTMLInputElement || el instanceof HTMLTextAreaElement) return squeeze(el.value);
  return squeeze(el.innerText);
};

// A label's own words, without those of the control inside it.
const labelText = (label) => {
  const walker = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
  let words = '';
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest('select, textarea, button, script, style')) {
      words += ' ' + walker.currentNode.data;
    }
  }
  return headline(words);
};

const names = (el) => {
  const by = el.getAttribute('aria-labelledby');
  if (by) {
    const parts = by.split(/\s+/).map((id) => document.getElementById(id)?.innerText ?? '');
    return [headline(parts.join(' '))];
  }
  const given = squeeze(el.getAttribute('aria-label'));
  if (given) return [headline(given)];
  if (el.matches('input[type=submit], input[type=button], input[type=reset]')) {
    return [squeeze(el.value)];
  }
  if (el.labels?.length) return [...el.labels].map(labelText);
  const own = el.matches(control) ? '' : text(el);
  if (own) return [own];
  const image = el.matches('img') ? el : el.querySelector('img[alt]');
  return [squeeze(image?.alt) || squeeze(el.title) || squeeze(el.placeholder)];
};

const roles = {
  button: 'button, input[type=submit], input[type=button], input[type=reset], input[type=image], summary, [role=button]',
  link: 'a[href], area[href], [role=link]',
  textbox: 'input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url], input[type=search], input[type=number], textarea, [role=textbox]',
  checkbox: 'input[type=checkbox], [role=checkbox]',
  radio: 'input[type=radio], [role=radio]',
  combobox: 'select, [role=combobox]',
  heading: 'h1, h2, h3, h4, h5, h6, [role=heading]',
  alert: '[role=alert]',
  status: '[role=status], output',
  listitem: 'li, [role=listitem]',
  row: 'tr, [role=row]',
  img: 'img, [role=img]',
};

const compile = (pattern) => pattern && new RegExp(pattern.source, pattern.flags);
const all = (root, css) => [...root.querySelectorAll(css)];

// The values next to whatever reads as the wanted header.
const beside = (root, wanted) => {
  const found = [];
  for (const head of all(root, 'th, td, dt, label, strong, b, span')) {
    if (!wanted.test(head.matches('label') ? labelText(head) : headline(head.innerText))) continue;
    if (head.matches('label') && head.control) found.push(head.control);
    else if (head.matches('dt')) {
      let next = head.nextElementSibling;
      while (next?.matches('dt')) next = next.nextElementSibling;
      if (next?.matches('dd')) found.push(next);
    } else if (head.nextElementSibling) found.push(head.nextElementSibling);
  }
  return [...new Set(found)];
};

// The cell of this row under the wanted header of its table.
const column = (root, wanted) => {
  const row = root.closest?.('tr') ?? null;
  const table = row?.closest('table');
  if (!table) return [];
  const width = (cells, end) => cells.slice(0, end).reduce((sum, cell) => sum + cell.colSpan, 0);
  for (const line of table.rows) {
    const heads = [...line.cells];
    const at = heads.findIndex((cell) => cell.matches('th') && wanted.test(headline(cell.innerText)));
    if (at < 0 || line === row) continue;
    const start = width(heads, at);
    const cells = [...row.cells];
    return cells.filter((_, index) => width(cells, index) === start);
  }
  return [];
};

const candidates = (root, locator) => {
  const wanted = compile(locator.pattern);
  switch (locator.by) {
    case 'css':
      return all(root, locator.css);
    case 'role':
      return all(root, roles[locator.role]).filter((el) => {
        const role = el.getAttribute('role');
        return (!role || role === locator.role) && (!wanted || names(el).some((name) => wanted.test(name)));
      });
    case 'label':
      return all(root, control).filter((el) => names(el).some((name) => wanted.test(name)));
    case 'text': {
      const hits = all(root, '*').filter((el) => !el.matches('script, style, option') && wanted.test(text(el)));
      return hits.filter((el) => !hits.some((other) => other !== el && el.contains(other)));
    }
    case 'beside':
      return beside(root, wanted);
    case 'column':
      return column(root, wanted);
    default:
      throw new Error('locator ' + locator.by);
  }
};

const holds = (whole, part) => {
  const letter = /[\p{L}\p{N}]/u;
  for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + 1)) {
    const before = whole[at - 1] ?? ' ';
    const after = whole[at + part.length] ?? ' ';
    if (!letter.test(before) && !letter.test(after)) return true;
  }
  return false;
};

// Of the candidates those whose smallest enclosing block that holds the text is smallest.
const nearest = (found, words) => {
  const wanted = squeeze(words);
  const blocks = [];
  for (const el of found) {
    let block = el;
    while (block && !holds(text(block), wanted)) block = block.parentElement;
    if (block) blocks.push([el, block]);
  }
  return blocks
    .filter(([, block]) => !blocks.some(([, other]) => other !== block && block.contains(other)))
    .map(([el]) => el);
};

const matches = (root, locator) => {
  const roots = locator.scope ? all(root, locator.scope).filter(visible) : [root];
  let found = [...new Set(roots.flatMap((scope) => candidates(scope, locator)))].filter(visible);
  if (locator.near) found = nearest(found, locator.near);
  return locator.first ? found.slice(0, 1) : found;
};

// The first rank that matches anything decides; several matches are the caller's to refuse.
const resolve = (root, ranked) => {
  for (let rank = 0; rank < ranked.length; rank += 1) {
    const found = matches(root, ranked[rank]);
    if (found.length > 0) return { rank, count: found.length, el: found[0] };
  }
  return { rank: 0, count: 0, el: null };
};

const describe = (el) => {
  const id = el.id ? '#' + el.id : '';
  const kind = [...el.classList].map((name) => '.' + name).join('');
  return el.tagName.toLowerCase() + id + kind;
};

const raw = (el, attribute) => {
  if (!attribute) return text(el);
  const value = attribute === 'value' ? el.value : el.getAttribute(attribute);
  return value == null ? null : squeeze(String(value));
};

const operations = {
  // Also marks the document, so that the next one can be told from it. Changes nothing visible.
  mark(token) {
    const state = { token, leaving: false };
    window.__engine = state;
    addEventListener('beforeunload', () => { state.leaving = true; });
    addEventListener('submit', (event) => {
      if (!event.defaultPrevented) state.leaving = true;
    });
    window.navigation?.addEventListener('navigate', (event) => {
      if (!event.destination.sameDocument && event.downloadRequest == null) state.leaving = true;
    });
    return null;
  },
  state(token) {
    const state = window.__engine;
    const entry = performance.getEntriesByType('navigation')[0];
    return {
      marked: state?.token === token,
      leaving: state?.token === token && state.leaving,
      ready: document.readyState,
      url: location.href,
      path: location.pathname + location.search,
      title: document.title,
      status: entry?.responseStatus ?? 0,
    };
  },
  locate(ranked) {
    const { rank, count } = resolve(document, ranked);
    return { rank, count };
  },
  // Scrolls the element into view, and says whether an action would reach it.
  ready(ranked) {
    const { rank, count, el } = resolve(document, ranked);
    if (count !== 1) return { rank, count };
    el.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const box = el.getBoundingClientRect();
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    const hit = document.elementFromPoint(x, y);
    const reached = hit && (el.contains(hit) || [...(el.labels ?? [])].some((label) => label.contains(hit)));
    return {
      rank,
      count,
      el,
      box: [box.left, box.top, box.width, box.height],
      enabled: !el.matches(':disabled') && el.getAttribute('aria-disabled') !== 'true',
      covered: reached ? null : hit ? describe(hit) : 'nothing',
      target: (el.getAttribute('formtarget') || el.form?.target || el.target) || '',
      value: el.value ?? null,
    };
  },
  // After a field was filled: did it take the value, and would its form send it.
  taken({ el, value }) {
    return { held: el.value === value, refusal: el.validity?.valid === false ? el.validationMessage : null };
  },
  option({ el, wanted }) {
    if (!(el instanceof HTMLSelectElement)) return { count: -1 };
    const options = [...el.options].filter((option) => !option.disabled);
    const same = options.filter((option) => squeeze(option.textContent) === wanted || option.value === wanted);
    const found = same.length > 0 ? same : options.filter((option) => holds(squeeze(option.textContent), wanted));
    return { count: found.length, el: found[0] ?? null, chosen: found.length === 1 && found[0].selected };
  },
  texts(ranked) {
    return ranked.flatMap((locator) => matches(document, locator)).map(text);
  },
  signs(list) {
    return list.map((ranked) => ranked && ranked.flatMap((locator) => matches(document, locator)).map(text));
  },
  read({ each, empty, fields }) {
    const rows = each ? matches(document, each) : [document.documentElement];
    const values = rows.map((row) =>
      fields.map(({ at, attr }) => {
        if (!at) return { rank: 0, count: 1, text: raw(row, attr) };
        const { rank, count, el } = resolve(row, at);
        return { rank, count, text: count === 1 ? raw(el, attr) : null };
      }));
    return { rows: values, empty: empty ? matches(document, empty).length : 0 };
  },
  next(locator) {
    const found = matches(document, locator);
    return { count: found.length, url: found[0]?.href ?? null };
  },
};

return operations[operation](argument);
