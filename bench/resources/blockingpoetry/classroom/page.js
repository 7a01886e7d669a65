'use strict';

/*
 * The page: which lesson, which moment, which view; the buttons and keys that change them. What is seen follows from `state`.
 * A recording that still grows is shown by calling `record` again with the longer trace.
 */
(() => {
  const SPEEDS = [0.02, 0.1, 0.25, 0.5, 1, 2, 4];
  const ZOOM_US = 10000;
  const $ = id => document.getElementById(id);
  const stillness = matchMedia('(prefers-reduced-motion: reduce)');

  /**
   * us: the cursor. chosen: the answer given, by lesson; undefined if the reader wanted none. open: the pictures are shown. solved: the answer is shown.
   * following: the cursor stays at the end of a recording that grows; mine: its run was begun in this window. clients: how many run live, if not as many as the lesson has.
   */
  const state = { lesson: undefined, us: 0, by: 'client', client: 1, speed: 1, zoom: false, playing: false, bigger: false,
    chosen: {}, open: false, solved: false, following: false, mine: false, clients: undefined };

  const data = readData();
  document.documentElement.classList.toggle('live', Boolean(data.live));
  const recordings = new Map();
  let recording; // of the lesson that is shown; undefined if there is none
  let pictures = [];
  let scale;
  let legendLook; // what the legend and the axis depend on, so that they are drawn only when that changes

  function readData() {
    try {
      return JSON.parse($('trace').textContent);
    } catch (unreadable) {
      return { lessons: [], recordings: {}, sources: {} };
    }
  }

  /** Takes a trace of a lesson, new or grown, and shows it if it is that lesson's turn. */
  function record(name, trace, running = false) {
    data.recordings[name] = trace;
    recordings.set(name, read(trace, running));
    if (state.lesson?.name !== name) {
      return;
    }
    const grown = recordingOf(name);
    if (!state.open || !recording || grown.runs.length !== recording.runs.length) {
      openLesson(state.lesson, { ...state });
      return;
    }
    recording = grown;
    if (state.following) {
      state.us = grown.now;
    }
    pictures.forEach((picture, i) => { picture.run = grown.runs[i]; });
    fillClients();
    if (!running) {
      $('cost').replaceChildren(...costWords());
    }
    redraw();
  }

  function recordingOf(name) {
    if (!recordings.has(name) && data.recordings[name]) {
      recordings.set(name, read(data.recordings[name], false));
    }
    return recordings.get(name);
  }

  const read = (trace, running) => model.read(trace, { sources: data.sources, processors: data.made?.processors, running });

  function make(name, content, attributes = {}) {
    const element = document.createElement(name);
    element.append(...[content].flat().filter(part => part !== undefined));
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    return element;
  }

  /** Text with names in backticks, as nodes. A number keeps its unit beside it. */
  function prose(text) {
    return text.replace(/(\d) (s|ms|MB|MiB)\b/g, '$1\u00a0$2').split('`').map((part, i) => i % 2 ? make('code', part) : part).filter(part => part !== '');
  }

  // ---- Lessons ------------------------------------------------------------------------------------------------------

  function showLessons() {
    $('lessons').replaceChildren(...data.lessons.map(lesson =>
      make('a', lesson.number, { href: '#lesson=' + lesson.number, title: lesson.title, 'aria-label': `Lesson ${lesson.number}: ${lesson.title}` })));
  }

  function lessonOf(key) {
    return data.lessons.find(l => l.number === key || l.name === key) ?? data.lessons.find(l => l.number === key + 'a') ?? data.lessons[0];
  }

  /** Shows a lesson. at: { us, by, client, open } from a link; else it begins with its question. */
  function openLesson(lesson, at = {}) {
    const again = state.lesson === lesson;
    const runs = live.runs(lesson.name);
    const following = runs && (again ? at.following : at.us === undefined);
    pause();
    state.lesson = lesson;
    recording = recordingOf(lesson.name);
    document.title = `${lesson.number}. ${lesson.title} · The classroom`;
    [...$('lessons').children].forEach((link, i) => {
      if (data.lessons[i] === lesson) {
        link.setAttribute('aria-current', 'page');
      } else {
        link.removeAttribute('aria-current');
      }
    });
    $('title').replaceChildren(make('span', lesson.number, { class: 'number' }), ' ' + lesson.title);
    $('question').replaceChildren(...prose(lesson.question ?? ''));
    $('missing').hidden = Boolean(recording) || data.live;
    $('missing').textContent = 'This lesson has not been recorded on this page. Its question can be thought about all the same.';
    state.open = Boolean(recording) && (at.open || !lesson.question || runs || (again && state.open) || lesson.name in state.chosen);
    state.solved = !lesson.question || (again && state.solved);
    state.following = Boolean(following);
    state.us = following ? recording.now : Math.min(at.us ?? 0, recording?.end ?? 0);
    state.by = at.by ?? lesson.view?.by ?? 'client';
    state.client = at.client ?? lesson.view?.client ?? 1;
    state.zoom = again && state.zoom;
    showChoices();
    if (recording) {
      fillLesson(lesson);
    }
    showOpen();
    live.show();
  }

  function showChoices() {
    const lesson = state.lesson;
    const chosen = state.chosen[lesson.name];
    const buttons = (lesson.choices ?? []).map((choice, i) => {
      const button = make('button', [state.solved && i === lesson.right ? '✓ ' : undefined, ...prose(choice)], { type: 'button', 'aria-pressed': chosen === i });
      button.disabled = !recording && !data.live;
      button.addEventListener('click', () => choose(i));
      if (state.solved) {
        button.classList.toggle('right', i === lesson.right);
      }
      return button;
    });
    if (chosen === undefined && !state.open && recording) {
      const skip = make('button', 'Show it without an answer', { type: 'button', class: 'quiet' });
      skip.addEventListener('click', () => choose(undefined));
      buttons.push(skip);
    }
    $('choices').replaceChildren(...buttons);
    $('said').replaceChildren(...prose(chosen === undefined ? (state.solved || !recording || lesson.name in state.chosen ? '' : 'Choose first. Then look.')
      : state.solved ? `You said: ${lower(lesson.choices[chosen])}.`
      : `You said: ${lower(lesson.choices[chosen])}.` + (live.runs(lesson.name) ? '' : ` Press ${recording && !data.live ? 'Play' : 'Run'}, and see.`)));
    $('intro').hidden = state.open;
  }

  function choose(i) {
    state.open = Boolean(recording);
    state.chosen[state.lesson.name] = i;
    showChoices();
    showOpen();
    $(data.live ? 'run' : 'play').focus({ preventScroll: true });
  }

  function fillLesson(lesson) {
    document.querySelector('.about').hidden = !lesson.runs;
    document.querySelector('.answer').hidden = !lesson.question;
    $('what-runs').replaceChildren(...prose(lesson.runs ?? ''));
    $('look').replaceChildren(...(lesson.look ?? []).map(text => make('li', prose(text))));
    fillClients();
    const further = [['Exercise', lesson.exercise], ['In the original', lesson.original]].filter(([, text]) => text);
    $('further').replaceChildren(...further.flatMap(([term, text]) => [make('dt', term), make('dd', prose(text))]));
    const next = data.lessons[data.lessons.indexOf(lesson) + 1];
    $('following').replaceChildren(...(next ? ['Next lesson: ', make('a', `${next.number}. ${next.title}`, { href: '#lesson=' + next.number })] : []));
    const files = [...new Set([...recording.runs.filter(hasCode).map(run => run.file), ...(lesson.read ?? []).map(line => line.file)])];
    document.querySelector('.source').hidden = files.length === 0;
    $('cost').replaceChildren(...costWords());
    code.build($('code'), data.sources ?? {}, files, lesson.read ?? []);
  }

  /** A crowd's threads are seen in the code if there is a freeze. */
  const hasCode = run => !run.crowd || run.freezes.length > 0;

  /** What may grow with a recording: its clients, its freezes. */
  function fillClients() {
    const ids = clientIds();
    if ($('client').options.length !== ids.length) {
      $('client').replaceChildren(...ids.map(id => make('option', clientName(id), { value: id })));
    }
    for (const part of [$('by-client'), $('by-thread'), $('zoom'), $('client').parentElement]) {
      part.hidden = recording.runs.every(run => run.crowd);
    }
    if (ids.length && !ids.includes(state.client)) {
      state.client = ids[0];
    }
    $('cost').hidden = live.runs(state.lesson.name); // it is known at the end
    $('freeze').hidden = !live.runs(state.lesson.name) && !recording.runs.some(run => run.freezes.length);
  }

  function clientIds() {
    return [...new Set(recording.runs.filter(run => !run.crowd).flatMap(run => run.clients.map(client => client.id)))].sort((a, b) => a - b);
  }

  function clientName(id) {
    return recording.runs.flatMap(run => run.clients).find(client => client.id === id)?.name ?? 'client ' + id;
  }

  /** What observing cost, in this recording. */
  function costWords() {
    const words = [];
    for (const run of recording.runs) {
      const cost = model.observing(run);
      if (cost) {
        words.push(`${run.title}: ${model.number(cost.steps)} steps were noted, each in ${model.duration(cost.median)} (median), all in ${model.duration(cost.total)}.`);
      }
      if (run.dropped) {
        words.push(`${run.title}: ${model.plural(run.dropped, 'event')} could not be kept, and are missing here.`);
      }
    }
    const intro = words.length ? 'What observing cost, taken off the bars. ' : 'What observing cost was not recorded. ';
    const clock = recording.trace.clock_error_us !== undefined
      ? ` The clocks of servers and clients agree within ${model.duration(recording.trace.clock_error_us)}.` : '';
    return [make('strong', intro), ...prose(words.join(' ') + clock)];
  }

  function showOpen() {
    $('recording').hidden = !state.open;
    placeLive();
    if (state.open) {
      draw();
      showAnswer();
    }
    keepLink();
  }

  /** The live buttons are with the question until there is a player, where they stay in sight. */
  function placeLive() {
    const place = document.querySelector(state.open ? '.controls' : '.lesson');
    if (!place.contains($('live'))) {
      const focused = document.activeElement;
      place.insertBefore($('live'), state.open ? place.firstChild : $('intro'));
      focused.focus({ preventScroll: true });
    }
  }

  function showAnswer() {
    const lesson = state.lesson;
    $('show-answer').hidden = state.solved;
    $('answer').hidden = !state.solved;
    if (!state.solved || !lesson.question) {
      return;
    }
    const result = model.claim(lesson.name, recording);
    const parts = [];
    const chosen = state.chosen[lesson.name];
    if (chosen !== undefined) {
      const right = chosen === lesson.right;
      parts.push(make('p', [make('span', right ? '✓' : '✗', { class: right ? 'right sign' : 'wrong sign', 'aria-hidden': 'true' }),
        ...prose(right ? ` You said so: ${lower(lesson.choices[chosen])}.` : ` You said: ${lower(lesson.choices[chosen])}. Measured: ${lower(lesson.choices[lesson.right])}.`)]));
    }
    parts.push(make('p', result ? prose(model.fill(lesson.answer, result.figures)) : 'This recording lacks what the answer needs.'));
    if (result && !result.holds) {
      parts.push(make('p', 'In this recording it did not come out as the lesson claims. Machines differ, other programs may have run beside it'
        + (data.live ? ', or somebody has lent a hand.' : '.'), { class: 'note' }));
    }
    parts.push(make('p', prose(lesson.take), { class: 'take' }));
    $('answer').replaceChildren(...parts);
  }

  const lower = text => text[0].toLowerCase() + text.slice(1);

  function solve() {
    state.solved = true;
    showChoices();
    showAnswer();
    redraw(); // what is later than the cursor is seen from now on
  }

  // ---- Pictures -----------------------------------------------------------------------------------------------------

  const unit = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

  function scaleNow() {
    const u = unit();
    const width = Math.max(280, $('runs').clientWidth);
    const longNames = recording.runs.every(run => run.crowd) || recording.runs.some(run => run.clients.some(client => client.name.length > 9));
    const left = (width >= 700 * u ? 140 : longNames ? 128 : 84) * u;
    const around = state.zoom ? [Math.max(0, state.us - ZOOM_US / 2), Math.max(0, state.us - ZOOM_US / 2) + ZOOM_US] : [0, recording.span];
    return { from: around[0], to: around[1], left, right: 10 * u, width, unit: u };
  }

  /** Everything that depends on the lesson, the view or the width. */
  function draw() {
    if (!recording || !state.open) {
      return;
    }
    scale = scaleNow();
    const thumb = 18 * scale.unit;
    $('scrub').style.marginLeft = scale.left - thumb / 2 + 'px';
    $('scrub').style.width = scale.width - scale.left - scale.right + thumb + 'px';
    pictures = recording.runs.map(section); // not kept, for the width may be another
    $('runs').replaceChildren(...pictures.map(picture => picture.section));
    drawLanes();
    show();
  }

  function section(run, index) {
    const heading = make('h2', [make('span', run.title), ' ', make('small', run.idea)]);
    const facts = make('p', [], { class: 'facts' });
    const place = make('div', [], { class: 'picture' });
    const sentence = make('p', [], { class: 'sentence' });
    const counts = make('p', []);
    const dump = make('div', [], { class: 'dump' });
    const table = make('details', make('summary', 'As a table'));
    table.addEventListener('toggle', () => table.replaceChildren(table.firstChild, ...(table.open ? [tableOf(picture.run)] : [])));
    const element = make('section', [make('div', [heading, data.live ? live.killButton(run.title, index) : undefined, facts], { class: 'head' }), place, sentence, make('div', [counts, table], { class: 'more' }), dump],
      { class: 'run' });
    place.addEventListener('click', event => {
      if (event.target.dataset.client) {
        state.client = Number(event.target.dataset.client);
        pause();
        redraw();
        return;
      }
      const px = event.clientX - place.getBoundingClientRect().left;
      if (px > scale.left) {
        goTo(lanes.timeAt(scale, px));
      }
    });
    const picture = { run, section: element, facts, place, sentence, counts, dump };
    return picture;
  }

  function drawLanes() {
    const tops = lanes.topsOf(recording.runs);
    const kinds = [...new Set(recording.runs.flatMap(run => run.bars.map(bar => bar.kind)))];
    const look = JSON.stringify([scale, state.by, kinds.sort(), recording.runs.map(run => run.crowd)]);
    if (look !== legendLook) {
      legendLook = look;
      $('legend').hidden = recording.runs.every(run => run.crowd);
      $('legend').replaceChildren(...lanes.legend(recording, scale.unit, state.by));
      lanes.drawAxis($('axis'), scale);
    }
    $('scrub').max = recording.span;
    for (const picture of pictures) {
      picture.drawn = picture.run.crowd ? lanes.drawCrowd(picture.run, scale, tops, state) : lanes.draw(picture.run, scale, state, picture.drawn);
      if (picture.drawn.element.parentNode !== picture.place) {
        picture.place.replaceChildren(picture.drawn.element);
      }
      put(picture.facts, picture.run.crowd ? '' : model.facts(picture.run).join(' · '));
    }
  }

  /** The lanes anew: after a change of view, of client, of the zoom's window. */
  function redraw() {
    if (!recording || !state.open) {
      return;
    }
    scale = scaleNow();
    drawLanes();
    show();
  }

  function tableOf(run) {
    const wrap = make('div', [], { class: 'wide', tabindex: 0, role: 'region', 'aria-label': `${run.title} as a table` });
    const head = run.crowd ? ['time', 'open', 'threads', 'memory'] : ['client', 'does', 'from', 'for', 'at byte', 'thread'];
    const cells = run.crowd
      ? run.counts.map(([us, count]) => [model.duration(us), count.open, count.threads, count.resident_kib === undefined ? '' : (count.resident_kib / 1024).toFixed(1) + ' MiB'])
      : run.bars.filter(bar => bar.kind !== 'gone').sort((a, b) => a.client - b.client || a.from - b.from).map(bar =>
        [run.clients.find(client => client.id === bar.client).name, bar.kind, model.duration(bar.from), model.duration(bar.to - bar.from), model.number(bar.bytes),
          model.onThread(run, bar) ? run.threads.get(bar.thread)?.name ?? '' : bar.kind === 'backlog' ? 'kernel' : 'on no thread']);
    const row = (tag, values) => make('tr', values.map(value => make(tag, String(value ?? ''), tag === 'th' ? { scope: 'col' } : {})));
    wrap.append(make('table', [make('caption', `${run.title}: each row is a bar`), make('thead', row('th', head)), make('tbody', cells.map(values => row('td', values)))]));
    return wrap;
  }

  /** Everything that depends on the moment alone. */
  function show() {
    if (!recording || !state.open) {
      return;
    }
    const us = state.us;
    const moving = state.playing || state.following;
    $('scrub').value = us;
    $('scrub').setAttribute('aria-valuetext', model.duration(us));
    $('time').textContent = state.zoom || us < 10000 && us > 0 ? (us / 1000).toFixed(2) + ' ms' : (us / 1e6).toFixed(2) + ' s';
    for (const picture of pictures) {
      picture.drawn.cursor(us);
      const run = picture.run;
      put(picture.sentence, run.crowd ? crowdWords(run, us) : model.sentence(run, state.client, us, recording.delayUs));
      picture.sentence.dataset.kind = run.crowd ? '' : model.barAt(run, state.client, us)?.kind ?? 'absent';
      if (moving) {
        picture.sentence.removeAttribute('aria-live');
      } else {
        picture.sentence.setAttribute('aria-live', 'polite');
      }
      put(picture.counts, run.crowd ? '' : ['All clients: ' + model.tallyWords(run, us), model.gaugeWords(run, us)].filter(Boolean).join(' · '));
      showFreeze(picture, us);
    }
    code.show(recording.runs.filter(hasCode), state.client, us, !moving);
    $('play').textContent = moving ? 'Pause' : us >= recording.end ? 'Again' : 'Play';
    $('by-client').setAttribute('aria-pressed', state.by === 'client');
    $('by-thread').setAttribute('aria-pressed', state.by === 'thread');
    $('zoom').setAttribute('aria-pressed', state.zoom);
    $('client').value = state.client;
    $('speed').value = state.speed;
    live.show();
  }

  function put(element, text) {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  function crowdWords(run, us) {
    const count = model.countAt(run, us);
    if (!count) {
      return 'Nothing has been counted yet.';
    }
    return [model.plural(count.open, 'open client'), model.gaugeWords(run, us)].filter(Boolean).join(' · ');
  }

  /** The dump of a run, next to its picture, while the cursor rests at a freeze. */
  function showFreeze(picture, us) {
    const freeze = state.playing || state.following ? undefined : model.freezeAt(picture.run, us);
    if (picture.freeze === freeze) {
      return;
    }
    picture.freeze = freeze;
    if (!freeze) {
      picture.dump.replaceChildren();
      return;
    }
    const groups = new Map();
    const others = [];
    for (const thread of freeze.threads) {
      const own = model.ownFrames(thread.frames, data.sources ?? {});
      if (!own.length) {
        others.push((thread.name || 'a thread without a name') + (/^ForkJoinPool-\d+-worker/.test(thread.name) ? ' (a carrier)' : ''));
        continue;
      }
      const words = ` ${thread.virtual ? 'virtual, ' : ''}${model.stateWords(thread)} in ${inCall(thread.frames)}`;
      const stack = model.stackWords(own, frame => `${frame.method}, line ${frame.line}`);
      const group = groups.get(words + stack) ?? { n: 0, words, stack };
      group.n += thread.count ?? 1;
      groups.set(words + stack, group);
    }
    const sorted = [...groups.values()].sort((a, b) => b.n - a.n);
    const items = sorted.map(group => make('li', [make('strong', `${group.n} ×`), group.words, make('span', group.stack, { class: 'stack' })]));
    const objects = Object.entries(freeze.objects ?? {}).filter(([name, [n]]) => n > 1 && !name.includes('$$'))
      .map(([name, [n, size]]) => make('li', [make('strong', `${model.number(n)} ×`), ` ${name.split(/[$.]/).at(-1)}, ${model.bytes(size)}`, keptIn(name)]));
    picture.dump.replaceChildren(
      make('h3', `Frozen at ${model.duration(freeze.at_us)}: ${model.plural(sorted.reduce((n, group) => n + group.n, 0), 'thread')} in the design’s code`),
      make('ul', items), ...(others.length ? [make('p', 'Other threads: ' + others.join(', ') + '.')] : []),
      ...(objects.length ? [make('p', 'On the heap:'), make('ul', objects)] : []));
  }

  const KEPT = [['StackChunk', ': where virtual threads that wait keep their stacks; the JDK has some of its own'],
    ['Recital', ': what the server keeps for a client in the place of a stack'], ['Client', ': a client’s connection']];

  /** What objects of a class are for. */
  const keptIn = name => KEPT.find(([end]) => name.endsWith(end))?.[1];

  /** The call that the project's own code has made, or the classroom's work: the frame above its topmost one, "Thread.sleep". */
  function inCall(frames) {
    const work = frames.findIndex(text => text.includes('$Hog.work'));
    const own = work >= 0 ? work : frames.findIndex(text => model.ownFrames([text], data.sources ?? {}).length);
    const call = (frames[Math.max(0, own - 1)] ?? '').replace(/:\d+$/, '').split('.').slice(-2).join('.').split('$').at(-1);
    return work >= 0 ? `${call}, put there by the classroom` : call;
  }

  // ---- Time ---------------------------------------------------------------------------------------------------------

  let lastFrame = 0;
  let timer;

  function setTime(us) {
    state.us = Math.min(recording.end, Math.max(0, us));
    if (state.zoom) {
      redraw();
    } else {
      show();
    }
  }

  function goTo(us) {
    pause();
    setTime(us);
    keepLink();
  }

  function step(direction) {
    goTo(model.moment(recording, state.us, direction));
  }

  function play() {
    if (state.us >= recording.end) {
      state.us = 0;
    }
    state.playing = true;
    showPictures();
    lastFrame = performance.now();
    if (stillness.matches) {
      timer = setTimeout(hop, 700);
    } else {
      requestAnimationFrame(tick);
    }
    show();
  }

  /** To the pictures, if none is seen at least by half. */
  function showPictures() {
    const seen = ({ top, bottom }) => Math.min(bottom, innerHeight) - Math.max(top, 0) >= Math.min(bottom - top, innerHeight) / 2;
    if (!pictures.some(picture => seen(picture.place.getBoundingClientRect()))) {
      $('runs').scrollIntoView({ behavior: stillness.matches ? 'instant' : 'smooth' });
    }
  }

  function playOrPause() {
    if (state.playing || state.following) {
      pause();
    } else {
      play();
    }
  }

  /** The view stands still; servers go on. */
  function pause() {
    if (state.playing || state.following) {
      state.playing = false;
      state.following = false;
      clearTimeout(timer);
      show();
      keepLink();
    }
  }

  function tick(now) {
    if (!state.playing) {
      return;
    }
    setTime(state.us + (now - lastFrame) * 1000 * state.speed);
    lastFrame = now;
    if (!finished()) {
      requestAnimationFrame(tick);
    }
  }

  /** Without motion: from event to event, leaving out those that follow within a hundredth of the run. */
  function hop() {
    if (!state.playing) {
      return;
    }
    setTime(model.moment(recording, state.us + recording.end / 100, 1));
    if (!finished()) {
      timer = setTimeout(hop, 700 / state.speed);
    }
  }

  function finished() {
    const runs = live.runs(state.lesson.name);
    if (state.us < (runs ? recording.now : recording.end)) {
      return false;
    }
    if (runs) {
      follow();
      return true;
    }
    pause();
    solve();
    return true;
  }

  // ---- View ---------------------------------------------------------------------------------------------------------

  function setBy(by) {
    state.by = by;
    redraw();
    keepLink();
  }

  /** Within 10 ms, real time is too fast to be followed. */
  function setZoom(zoom) {
    state.zoom = zoom;
    state.speed = zoom ? SPEEDS[0] : 1;
    redraw();
  }

  function setClient(id) {
    if (clientIds().includes(id)) {
      state.client = id;
      redraw();
      keepLink();
    }
  }

  function setSpeed(by) {
    const i = SPEEDS.indexOf(state.speed) + by;
    state.speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, i))];
    show();
  }

  /** While a lesson runs, takes a dump; else goes to one that was taken. */
  function freeze() {
    if (!(data.live && live.freeze())) {
      goToFreeze();
    }
  }

  function goToFreeze() {
    const moments = recording.runs.flatMap(run => run.freezes.map(freeze => freeze.at_us)).sort((a, b) => a - b);
    if (moments.length) {
      goTo(moments.find(at => at > state.us + 1) ?? moments[0]);
    }
  }

  function setBigger(bigger) {
    state.bigger = bigger;
    document.documentElement.classList.toggle('bigger', bigger);
    $('bigger').setAttribute('aria-pressed', bigger);
    code.again();
    draw();
  }

  /** To the next or the previous lesson. */
  function turn(by) {
    const lesson = data.lessons[data.lessons.indexOf(state.lesson) + by];
    if (lesson) {
      location.hash = 'lesson=' + lesson.number;
      $('title').focus();
    }
  }

  // ---- The link -----------------------------------------------------------------------------------------------------

  function keepLink() {
    if (!state.lesson) {
      return;
    }
    const link = `#lesson=${state.lesson.number}` + (state.clients ? `&clients=${state.clients}` : '')
      + (state.open ? `&t=${Math.round(state.us / 1000)}&by=${state.by}&client=${state.client}` : '');
    if (location.hash !== link) {
      history.replaceState(null, '', link);
    }
  }

  function followLink() {
    const link = new URLSearchParams(location.hash.slice(1));
    const t = Number(link.get('t') ?? NaN);
    state.clients = Number(link.get('clients')) || undefined;
    openLesson(lessonOf(link.get('lesson') ?? '1'), {
      us: Number.isFinite(t) ? t * 1000 : undefined,
      open: Number.isFinite(t),
      by: link.get('by') === 'thread' ? 'thread' : link.get('by') === 'client' ? 'client' : undefined,
      client: Number(link.get('client')) || undefined,
    });
  }

  // ---- Buttons and keys ---------------------------------------------------------------------------------------------

  const whenOpen = action => (...args) => recording && state.open && action(...args);

  const KEYS = {
    ' ': whenOpen(playOrPause),
    ArrowLeft: whenOpen(() => step(-1)),
    ArrowRight: whenOpen(() => step(1)),
    Home: whenOpen(() => goTo(0)),
    End: whenOpen(() => live.runs(state.lesson.name) ? follow() : goTo(recording.end)),
    ',': whenOpen(() => setSpeed(-1)),
    '.': whenOpen(() => setSpeed(1)),
    t: whenOpen(() => setBy(state.by === 'client' ? 'thread' : 'client')),
    z: whenOpen(() => setZoom(!state.zoom)),
    f: whenOpen(freeze),
    b: () => setBigger(!state.bigger),
    n: () => turn(1),
    p: () => turn(-1),
    '?': () => $('help').showModal(),
  };

  function onKey(event) {
    const target = event.target;
    const inSlider = target === $('scrub');
    if (event.ctrlKey || event.metaKey || event.altKey || $('help').open || (!inSlider && target.matches('select, input, textarea'))) {
      return;
    }
    if (event.key === ' ' && target.matches('button, a, summary') || /^(Home|End)$/.test(event.key) && target.matches('.scroller, .wide')
        || /^Arrow(Left|Right)$/.test(event.key) && target.matches('.wide')) {
      return; // these keys are the element's own
    }
    if ($('deeds').contains(target)) {
      return;
    }
    const action = KEYS[event.key] ?? KEYS[event.key.toLowerCase()] ?? liveKey(event.key.toLowerCase()) ?? (/^[1-9]$/.test(event.key) ? whenOpen(() => setClient(Number(event.key))) : undefined);
    if (action) {
      event.preventDefault();
      action();
    }
  }

  function listen() {
    $('play').addEventListener('click', playOrPause);
    $('back').addEventListener('click', () => step(-1));
    $('next').addEventListener('click', () => step(1));
    $('scrub').addEventListener('input', () => {
      pause();
      setTime(Number($('scrub').value));
    });
    $('scrub').addEventListener('change', keepLink);
    $('speed').addEventListener('change', () => { state.speed = Number($('speed').value); });
    $('client').addEventListener('change', () => setClient(Number($('client').value)));
    $('by-client').addEventListener('click', () => setBy('client'));
    $('by-thread').addEventListener('click', () => setBy('thread'));
    $('zoom').addEventListener('click', () => setZoom(!state.zoom));
    $('freeze').addEventListener('click', freeze);
    $('bigger').addEventListener('click', () => setBigger(!state.bigger));
    $('help-button').addEventListener('click', () => $('help').showModal());
    $('show-answer').addEventListener('click', solve);
    $('steps').replaceChildren(...[1, 2, 3, 4, 5, 6].map(n => {
      const button = make('button', String(n), { type: 'button', title: 'STEP ' + n, 'aria-label': 'Step ' + n });
      button.addEventListener('click', () => code.toStep(n));
      return button;
    }));
    addEventListener('keydown', onKey);
    addEventListener('hashchange', followLink);
    let width = innerWidth;
    addEventListener('resize', () => {
      if (innerWidth !== width) {
        width = innerWidth;
        draw();
      }
    });
  }

  // ---- Live ---------------------------------------------------------------------------------------------------------

  /** A run begins, maybe in this window: its recording takes the place of the one before, and is followed. */
  function begin(mine) {
    pause();
    state.mine = mine;
    state.solved = false;
    state.open = true;
    state.zoom = false;
    state.following = true;
    recording = undefined;
  }

  /** Back to the end of a recording that grows. */
  function follow() {
    state.playing = false;
    state.following = true;
    setTime(recording.now);
  }

  /** Nothing more will come; the cursor stays where it is. */
  function stay() {
    pause();
    redraw();
  }

  /** A run has ended. If it was followed, its end is the answer. */
  function finish() {
    if (state.following) {
      goTo(recording.end);
      solve();
    } else {
      showChoices();
    }
    fillClients();
  }

  function linkTo(name) {
    const lesson = lessonOf(name);
    return make('a', `${lesson.number}. ${lesson.title}`, { href: '#lesson=' + lesson.number });
  }

  function sayHowToRun() {
    $('live-said').textContent = 'This page is a recording. bench/classroom, in a copy of the project, runs its lessons on your machine.';
    $('live-said').scrollIntoView({ block: 'nearest' });
  }

  /** In a recorded page, R says how to run it. */
  function liveKey(key) {
    if (data.live) {
      return live.key(key);
    }
    return key === 'r' ? sayHowToRun : undefined;
  }

  /** What the address asks of a run: more clients than the lesson has. */
  function extras() {
    return state.clients ? '&clients=' + state.clients : '';
  }

  function showMade() {
    const made = data.made;
    if (!made) {
      $('made').textContent = 'There is no recording in this page.';
      return;
    }
    const date = new Date(made.date).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
    const commit = made.commit && made.commit !== 'unknown' ? 'commit ' + made.commit : undefined;
    const by = ['blockingpoetry' + (made.version ? ' ' + made.version : ''), commit].filter(Boolean).join(', ');
    const done = data.live ? 'Opened' : data.lessons.some(lesson => lesson.question) ? 'Recorded' : 'Imported';
    $('made').textContent = `${done} on ${date} UTC with ${by}, on Java ${made.java}, ${made.os}, ${model.plural(made.processors, 'processor')}.`;
  }

  showLessons();
  showMade();
  listen();
  if (data.lessons.length) {
    followLink();
  } else {
    $('missing').hidden = false;
    $('missing').textContent = 'There is no lesson in this page.';
  }
  window.classroom = { model, state, record, recordingOf, claim: name => model.claim(name, recordingOf(name)) };
  if (data.live) {
    $('intro-run').textContent = 'Each runs in a process of its own on this machine, with real clients, when you press Run.';
    live.start({ state, record, recordingOf, showPictures, begin, follow, stay, finish, goTo, linkTo, extras });
  }
})();
