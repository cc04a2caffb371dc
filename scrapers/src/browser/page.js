// The engine's eyes: what a recipe's locators mean on a page. Reads only, but for the two
// operations that say otherwise. Called as (operation, argument) with the answer as JSON.
// Open shadow roots are looked into everywhere; a selector itself does not cross their border.
const [operation, argument] = arguments;

const squeeze = (text) => (text ?? '').replace(/[\s\u00a0\u200b]+/g, ' ').trim();
const headline = (text) => squeeze(text).replace(/[\s:*]+$/, '');
const control = 'input:not([type=hidden]), select, textarea, [contenteditable=true]';

const parent = (el) => el.parentElement ?? el.getRootNode().host ?? null;

const contains = (outer, el) => {
  for (let at = el; at; at = parent(at)) if (at === outer) return true;
  return false;
};

const seen = (el) => {
  if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  const box = el.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
};

// What a person clicks: a box that is only drawn by its label is clicked there.
const face = (el) => {
  if (!el.matches('input[type=checkbox], input[type=radio]')) return seen(el) ? el : null;
  const box = el.getBoundingClientRect();
  if (seen(el) && box.width > 2 && box.height > 2) return el;
  return [...el.labels].find(seen) ?? null;
};
const visible = (el) => face(el) !== null;

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
    const home = el.getRootNode();
    const parts = by.split(/\s+/).map((id) => home.getElementById?.(id)?.innerText ?? '');
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
  cell: 'td, th, [role=cell], [role=gridcell], [role=columnheader], [role=rowheader]',
  dialog: 'dialog, [role=dialog], [role=alertdialog]',
  listbox: 'select[multiple], select[size], [role=listbox]',
  menuitem: '[role=menuitem]',
  navigation: 'nav, [role=navigation]',
  option: 'option, [role=option]',
  searchbox: 'input[type=search], [role=searchbox]',
  spinbutton: 'input[type=number], [role=spinbutton]',
  switch: '[role=switch]',
  tab: '[role=tab]',
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

// The root and every open shadow root below it.
const trees = new Map();
const below = (root) => {
  if (!trees.has(root)) {
    const hosts = [...root.querySelectorAll('*')].filter((el) => el.shadowRoot);
    const own = root.shadowRoot ? [root.shadowRoot] : [];
    const inner = [...own, ...hosts.map((el) => el.shadowRoot)];
    trees.set(root, [root, ...inner.flatMap((shadow) => below(shadow))]);
  }
  return trees.get(root);
};
const all = (root, css) => below(root).flatMap((tree) => [...tree.querySelectorAll(css)]);

// The values next to whatever reads as the wanted header.
const beside = (root, wanted) => {
  const heads = 'th, td, dt, dd, label, strong, b, span, div, p, li, h1, h2, h3, h4, h5, h6';
  const words = (el) => (el.matches('label') ? labelText(el) : headline(el.innerText));
  // What is long is no header, and its words are dear to find.
  const short = (el) => el.textContent.length < 300;
  const read = all(root, heads).filter((el) => short(el) && wanted.test(words(el)));
  const found = [];
  for (const head of read) {
    if (read.some((other) => other !== head && contains(head, other))) continue;
    if (head.matches('label') && head.control) {
      found.push(head.control);
      continue;
    }
    // The header may be wrapped: then the value is next to the wrapping.
    let at = head;
    while (!at.nextElementSibling && parent(at) && read.includes(parent(at))) at = parent(at);
    let next = at.nextElementSibling;
    if (at.matches('dt')) {
      while (next?.matches('dt')) next = next.nextElementSibling;
      if (!next?.matches('dd')) continue;
    }
    if (next) found.push(next);
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
    case 'url':
    case 'title':
      return [document.documentElement];
    case 'role':
      return all(root, roles[locator.role]).filter((el) => {
        const role = el.getAttribute('role');
        return (!role || role === locator.role) && (!wanted || names(el).some((name) => wanted.test(name)));
      });
    case 'label':
      return all(root, control).filter((el) => names(el).some((name) => wanted.test(name)));
    case 'text': {
      const hits = all(root, '*').filter((el) => !el.matches('script, style, option') && wanted.test(text(el)));
      return hits.filter((el) => !hits.some((other) => other !== el && contains(el, other)));
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
    while (block && !holds(text(block), wanted)) block = parent(block);
    if (block) blocks.push([el, block]);
  }
  return blocks
    .filter(([, block]) => !blocks.some(([, other]) => other !== block && contains(block, other)))
    .map(([el]) => el);
};

const matches = (root, locator, shown = visible) => {
  const roots = locator.scope ? all(root, locator.scope).filter(shown) : [root];
  let found = [...new Set(roots.flatMap((scope) => candidates(scope, locator)))].filter(shown);
  if (locator.near) found = nearest(found, locator.near);
  return locator.first ? found.slice(0, 1) : found;
};

// The first rank that matches anything decides; several matches are the caller's to refuse.
const resolve = (root, ranked, shown = visible) => {
  for (let rank = 0; rank < ranked.length; rank += 1) {
    const found = matches(root, ranked[rank], shown);
    if (found.length > 0) return { rank, count: found.length, el: found[0] };
  }
  return { rank: 0, count: 0, el: null };
};

const describe = (el) => {
  const id = el.id ? '#' + el.id : '';
  const kind = [...el.classList].map((name) => '.' + name).join('');
  return el.tagName.toLowerCase() + id + kind;
};

const raw = (el, attribute, by) => {
  if (by === 'url') return location.pathname + location.search;
  if (by === 'title') return squeeze(document.title);
  if (!attribute) return text(el);
  if (attribute === 'href' && el.origin === location.origin) return el.pathname + el.search;
  const value = attribute === 'value' ? el.value : el.getAttribute(attribute);
  return value == null ? null : squeeze(String(value));
};

const operations = {
  // Also marks the document, so that the next one can be told from it. Changes nothing visible.
  mark(token) {
    const state = { token, leaving: false, changed: performance.now() };
    window.__engine = state;
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(() => { state.changed = performance.now(); }).observe(document, everything);
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
      quiet: state?.token === token ? Math.round(performance.now() - state.changed) : 0,
      ready: document.readyState,
      url: location.href,
      path: location.pathname + location.search,
      title: document.title,
      status: entry?.responseStatus ?? 0,
    };
  },
  // Answers when the page has nothing to do: its scripts have then put their handlers on.
  idle() {
    return new Promise((done) => { requestIdleCallback(() => done(null), { timeout: 1000 }); });
  },
  locate(ranked) {
    const { rank, count } = resolve(document, ranked);
    return { rank, count };
  },
  // Scrolls the element into view, and says whether an action would reach it.
  ready(ranked) {
    const { rank, count, el } = resolve(document, ranked);
    if (count !== 1) return { rank, count };
    const front = face(el);
    front.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const box = front.getBoundingClientRect();
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot?.elementFromPoint(x, y)) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (inner === hit) break;
      hit = inner;
    }
    const reached = hit && [el, ...(el.labels ?? [])].some((own) => contains(own, hit));
    return {
      rank,
      count,
      el: front,
      box: [box.left, box.top, box.width, box.height],
      enabled: !el.matches(':disabled') && el.getAttribute('aria-disabled') !== 'true',
      covered: reached ? null : hit ? describe(hit) : 'nothing',
      target: (el.getAttribute('formtarget') || el.form?.target || el.target) || '',
      value: el.value ?? null,
      checked: el.checked ?? { true: true, false: false }[el.getAttribute('aria-checked')] ?? null,
    };
  },
  // A file's field is often hidden behind a button of the page's own.
  file(ranked) {
    const { rank, count, el } = resolve(document, ranked, () => true);
    return { rank, count, el, file: el?.matches('input[type=file]') ?? false };
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
      fields.map(({ at, attr, join }) => {
        if (!at) return { rank: 0, count: 1, text: raw(row, attr) };
        if (join !== null) {
          const rank = at.findIndex((locator) => matches(row, locator).length > 0);
          if (rank < 0) return { rank: 0, count: 0, text: null };
          const texts = matches(row, at[rank]).map((el) => raw(el, attr)).filter((words) => words);
          return { rank, count: 1, text: texts.join(join) };
        }
        const { rank, count, el } = resolve(row, at);
        return { rank, count, text: count === 1 ? raw(el, attr, at[rank].by) : null };
      }));
    return { rows: values, empty: empty ? matches(document, empty).length : 0 };
  },
  next(locator) {
    const found = matches(document, locator);
    const el = found[0];
    const off = el && (el.matches(':disabled, .disabled, .disabled *') || el.getAttribute('aria-disabled') === 'true');
    const url = el?.getAttribute('href') && !el.getAttribute('href').startsWith('#') ? el.href : null;
    return off ? { count: 0 } : { count: found.length, url, el };
  },
};

return operations[operation](argument);
