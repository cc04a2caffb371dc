// The phones of the demo. One state comes from the server; everything on the page is drawn from it.
'use strict';

const $ = (root, selector) => root.querySelector(selector);
const phones = [];
let state = JSON.parse($(document, '#state').textContent);
let shown = 0;

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function icon(box, path) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', box);
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

// One after the other, so that the messages of a quick hand keep their order.
let sending = Promise.resolve();

function post(path, body, type = 'application/json') {
  sending = sending.then(async () => {
    try {
      const answer = await fetch(path, { method: 'POST', headers: { 'Content-Type': type }, body });
      if (!answer.ok) alert(await answer.text());
    } catch {
      $(document, '#lost').hidden = false;
    }
  });
}

function act(path, what) {
  post(path, JSON.stringify(what));
}

// *bold*, _italic_, ~struck~, ```fixed``` and addresses, as WhatsApp shows them.
function formatted(text) {
  const node = make('div', 'text');
  const marks = /```([^`]+)```|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<!\w)_([^_\n]+)_(?!\w)|(?<!\w)~([^~\n]+)~(?!\w)|(https?:\/\/[^\s]+)/g;
  let from = 0;
  for (const match of text.matchAll(marks)) {
    node.append(text.slice(from, match.index));
    const [all, fixed, bold, italic, struck, url] = match;
    if (fixed) node.append(make('code', '', fixed));
    else if (bold) node.append(make('strong', '', bold));
    else if (italic) node.append(make('em', '', italic));
    else if (struck) node.append(make('s', '', struck));
    else {
      const link = make('a', '', url);
      link.href = url;
      link.target = '_blank';
      link.rel = 'noopener';
      node.append(link);
    }
    from = match.index + all.length;
  }
  node.append(text.slice(from));
  return node;
}

const NAMES = { image: 'Photo', audio: 'Voice note', document: 'Document', location: 'Location', contacts: 'Contact', sticker: 'Sticker', video: 'Video' };

function summary(entry) {
  return (entry.body || entry.header || NAMES[entry.kind] || 'Message').replace(/\s+/g, ' ');
}

function attachment(entry) {
  const address = entry.media && '/chat/media/' + encodeURIComponent(entry.media);
  if (address && (entry.kind === 'image' || entry.kind === 'sticker')) {
    const picture = make('img');
    picture.src = address;
    picture.alt = 'Photo';
    return picture;
  }
  if (address && entry.kind === 'audio') {
    const sound = make('audio');
    sound.controls = true;
    sound.src = address;
    return sound;
  }
  if (entry.kind === 'location' || entry.kind === 'contacts' || address) {
    const file = make(address ? 'a' : 'div', 'file');
    if (address) {
      file.href = address;
      file.target = '_blank';
    }
    const path = {
      location: 'M12 21s-6-6.2-6-11a6 6 0 0 1 12 0c0 4.800-6 11-6 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
      contacts: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-5.500 8-5.500s7 1.500 8 5.500z',
    }[entry.kind] || 'M6 3h8l4 4v14H6zM14 3v4h4';
    file.append(icon('0 0 24 24', path), make('span', '', entry.kind === 'location' || entry.kind === 'contacts' ? entry.body : entry.header || NAMES[entry.kind]));
    return file;
  }
  return null;
}

function ticks(entry) {
  if (entry.tick === 'failed') return make('span', 'failed', '!');
  const span = make('span', entry.tick);
  span.title = entry.tick;
  span.append(icon('0 0 17 11', entry.tick === 'sent' ? 'M3 6l3 3 7-7' : 'M1 6l3 3 7-7M7.500 8.500l.5.5 7-7'));
  return span;
}

function drawEntry(phone, entry, turn) {
  const row = make('div', `row ${entry.author}${turn ? ' turn' : ''}`);
  const bubble = make('div', 'bubble');
  const quoted = entry.quotes && phone.person.thread.find((other) => other.wamid === entry.quotes);
  if (quoted) bubble.append(make('span', 'quote', summary(quoted)));
  const part = attachment(entry);
  if (part) bubble.append(part);
  if (entry.header && !part) bubble.append(make('div', 'head', entry.header));
  if (entry.kind === 'unsupported') {
    bubble.append(make('div', 'odd', entry.body === 'edit' ? 'Edited a message' : 'Sent something that WhatsApp does not pass on'));
  } else if (entry.body && !['location', 'contacts'].includes(entry.kind)) {
    bubble.append(formatted(entry.body));
  }
  if (entry.footer) bubble.append(make('div', 'foot', entry.footer));
  const meta = make('div', 'meta');
  meta.append(make('span', '', new Date(entry.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })));
  if (entry.author === 'person') meta.append(ticks(entry));
  bubble.append(meta);
  row.append(bubble);
  if (entry.reaction) row.append(make('span', 'reaction', entry.reaction));

  if (entry.buttons.length) {
    row.classList.add('card');
    const buttons = make('div', 'buttons');
    if (entry.opener) {
      const open = make('button', '', '☰ ' + entry.opener);
      open.onclick = () => choose(phone, entry);
      buttons.append(open);
    } else {
      for (const button of entry.buttons) buttons.append(pressable(phone, entry, button));
    }
    row.append(buttons);
  }
  const again = make('button', 'again', '↩');
  again.title = 'Quote';
  again.setAttribute('aria-label', 'Quote this message');
  again.onclick = () => phone.quote(entry);
  row.append(again);
  return row;
}

function pressable(phone, entry, button) {
  if (button.url) {
    const link = make('a', '', button.title);
    link.href = button.url;
    link.target = '_blank';
    link.rel = 'noopener';
    return link;
  }
  const node = make('button', '', button.title);
  node.onclick = () => act('/chat/press', { who: phone.person.key, wamid: entry.wamid, title: button.title });
  return node;
}

function choose(phone, entry) {
  const dialog = $(document, '#choices');
  $(dialog, 'h2').textContent = entry.opener;
  const list = $(dialog, 'div');
  list.replaceChildren(...entry.buttons.map((button) => {
    const node = pressable(phone, entry, button);
    if (button.description) node.append(make('small', '', button.description));
    node.addEventListener('click', () => dialog.close());
    return node;
  }));
  dialog.showModal();
}

class Phone {
  constructor(index) {
    this.index = index;
    this.key = (state.people[index] || state.people[0]).key;
    this.drawn = new Map();
    this.quiet = null;
    this.typingUntil = 0;
    this.read = 0;
    this.following = true;
    this.node = $(document, '#phone').content.firstElementChild.cloneNode(true);
    $(document, 'main').append(this.node);
    this.thread = $(this.node, '.thread');
    this.box = $(this.node, 'textarea');
    this.listen();
  }

  get person() {
    return state.people.find((person) => person.key === this.key);
  }

  listen() {
    const select = $(this.node, 'select');
    select.value = this.key;
    select.onchange = () => {
      this.key = select.value;
      this.drawn.clear();
      this.following = true;
      this.thread.replaceChildren();
      this.quote(null);
      draw();
    };
    $(this.node, 'form').onsubmit = (event) => {
      event.preventDefault();
      this.say(this.box.value);
    };
    this.box.onkeydown = (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.say(this.box.value);
      }
    };
    this.thread.onscroll = () => {
      this.following = this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight < 80;
    };
    // A picture gets its height late, and load events do not bubble.
    this.thread.addEventListener('load', () => this.toEnd(), true);
    new ResizeObserver(() => this.toEnd()).observe(this.thread);
    this.box.oninput = () => this.fit();
    $(this.node, '.quoting button').onclick = () => this.quote(null);
    const menu = $(this.node, '.menu');
    const plus = $(this.node, '.plus');
    const open = (yes) => {
      menu.hidden = !yes;
      plus.setAttribute('aria-expanded', String(yes));
    };
    plus.onclick = () => open(menu.hidden);
    document.addEventListener('click', (event) => {
      if (!$(this.node, '.write').contains(event.target)) open(false);
    });
    const file = $(this.node, 'input[type=file]');
    menu.onclick = (event) => {
      const what = event.target.dataset.what;
      if (!what) return;
      open(false);
      if (what === 'own') file.click();
      else act('/chat/attach', { who: this.key, what });
    };
    file.onchange = () => {
      const photo = file.files[0];
      if (photo) post('/chat/photo?who=' + encodeURIComponent(this.key), photo, photo.type);
      file.value = '';
    };
    $(this.node, '.examples').append(...state.examples.map((text) => {
      const button = make('button', '', text.replaceAll('\n', ' · '));
      button.type = 'button';
      button.title = text;
      button.onclick = () => {
        this.box.value = text;
        this.fit();
        this.box.focus();
      };
      return button;
    }));
  }

  fit() {
    this.box.style.height = 'auto';
    this.box.style.height = Math.min(this.box.scrollHeight + 2, 120) + 'px';
  }

  say(text) {
    if (!text.trim()) return;
    act('/chat/say', { who: this.key, text, quotes: this.quoted || undefined });
    this.box.value = '';
    this.fit();
    this.quote(null);
    this.following = true;
  }

  quote(entry) {
    this.quoted = entry && entry.wamid;
    $(this.node, '.quoting').hidden = !entry;
    $(this.node, '.quoting p').textContent = entry ? summary(entry) : '';
    if (entry) this.box.focus();
  }

  draw() {
    const person = this.person;
    $(this.node, '.about').replaceChildren(make('span', '', person.about), make('span', '', person.key));
    const thread = this.thread;
    for (const odd of thread.querySelectorAll('.empty, .typing')) odd.remove();
    if (!person.thread.length) {
      thread.append(make('p', 'empty', state.examples.length ? `Write to ${state.business}, or take an example below.` : 'No messages yet.'));
    }
    let before = null;
    for (const entry of person.thread) {
      const turn = !before || before.author !== entry.author;
      const seen = JSON.stringify(entry);
      const old = this.drawn.get(entry.wamid);
      if (!old || old.seen !== seen) {
        const node = drawEntry(this, entry, turn);
        if (old) old.node.replaceWith(node);
        else thread.append(node);
        this.drawn.set(entry.wamid, { seen, node });
      }
      before = entry;
    }
    const now = performance.now();
    this.typingUntil = person.typing_left_ms === null ? 0 : now + person.typing_left_ms;
    this.quiet = person.quiet_left_ms === null ? null : now + person.quiet_left_ms;
    this.tick();
    this.toEnd();
  }

  // Keeps the newest message in sight unless the reader has scrolled up.
  toEnd() {
    if (this.following) this.thread.scrollTop = this.thread.scrollHeight;
  }

  // What changes by time alone.
  tick() {
    const now = performance.now();
    const typing = now < this.typingUntil;
    $(this.node, '.presence').textContent = typing ? 'typing…' : 'online';
    const mark = $(this.thread, '.typing');
    if (typing && !mark) {
      const row = make('div', 'row business turn typing');
      const dots = make('span', 'dots');
      dots.append(make('i'), make('i'), make('i'));
      const bubble = make('div', 'bubble');
      bubble.append(dots);
      row.append(bubble);
      this.thread.append(row);
      this.toEnd();
    } else if (!typing && mark) {
      mark.remove();
    }
    const bar = $(this.node, '.quiet');
    const left = this.quiet === null ? 0 : this.quiet - now;
    bar.hidden = left <= 0;
    if (left > 0) {
      $(bar, '.quiet-fill').style.transform = `scaleX(${left / state.quiet_ms})`;
      $(bar, '.quiet-text').textContent = `${state.business} waits ${Math.ceil(left / 1000)} s for more`;
    }
  }
}

function draw() {
  drawTabs();
  for (const phone of phones) phone.draw();
  const on = state.switches.filter((entry) => entry.on);
  for (const entry of state.switches) $(document, `[data-switch="${entry.name}"]`).checked = entry.on;
  $(document, '#switched-on').textContent = on.length ? on.map((entry) => entry.label).join(', ') : 'none on';
}

function drawTabs() {
  const tabs = phones.map((phone, index) => {
    const count = phone.person.thread.length;
    if (index === shown) phone.read = count;
    phone.node.classList.toggle('shown', index === shown);
    const tab = make('button', '', phone.person.name);
    tab.setAttribute('aria-current', String(index === shown));
    if (count > phone.read) {
      const news = make('span', 'news');
      news.title = 'New';
      tab.append(news);
    }
    tab.onclick = () => {
      shown = index;
      phone.following = true;
      drawTabs();
      phone.toEnd();
    };
    return tab;
  });
  $(document, '#tabs').replaceChildren(...tabs);
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch('/chat/state?after=' + state.change);
      if (!answer.ok) throw new Error(answer.statusText);
      state = await answer.json();
      $(document, '#lost').hidden = true;
      draw();
    } catch {
      $(document, '#lost').hidden = false;
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
  }
}

for (const box of document.querySelectorAll('[data-switch]')) {
  box.onchange = () => act('/chat/switch', { name: box.dataset.switch, on: box.checked });
}
$(document, '.faults').open = !matchMedia('(max-width: 800px)').matches;
for (let index = 0; index < Math.min(2, state.people.length); index += 1) phones.push(new Phone(index));
draw();
setInterval(() => phones.forEach((phone) => phone.tick()), 100);
if (phones.length) follow();
