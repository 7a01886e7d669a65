'use strict';

/*
 * The live page: lessons run on this machine, and a run is a recording that grows. Only a page that the classroom serves has these
 * buttons. What can be seen is page.js's matter; here is what can be done, and what the classroom tells (trace.md, "Live").
 */
const live = (() => {
  const $ = id => document.getElementById(id);
  const DEEDS = [['stop', 'stop reading'], ['resume', 'read on'], ['leave', 'leave'], ['reset', 'leave with a reset'], ['send', 'send 64 KiB'],
    ['sleep', 'handler sleeps 1.5 s: the classroom’s doing'], ['burn', 'handler computes 1.5 s: the classroom’s doing']];
  const ENDS = ['end', 'cut short', 'broken', 'left', 'reset', 'wrong'];
  const ARMED_MS = 4000;
  const LOST = 'Connection lost: this is the recording so far.';

  let page; // of page.js: what it lets this file do
  let connected = false;
  let classroom; // the id of the one that this page talks to
  let told; // all that it has told of its latest run: { run, lesson, running, failure, trace }
  let fresh = false; // a run has begun of which nothing was shown yet
  let asked; // the number of the run that was begun in this window
  let full = false; // it takes no more clients
  let awaited = 0; // how many freezes there will be when the one that was asked for has been taken
  let due = false;

  function start(ofPage) {
    page = ofPage;
    $('live-buttons').hidden = false;
    $('run').addEventListener('click', run);
    $('to-live').addEventListener('click', () => page.follow());
    $('add').addEventListener('click', add);
    $('deeds-button').addEventListener('click', toggleDeeds);
    $('deeds').append(...DEEDS.map(([value, text]) => deedButton(value, text)));
    const events = new EventSource('/events');
    events.addEventListener('classroom', event => {
      if (classroom !== undefined && classroom !== event.data) {
        location.reload(); // another one has taken its place, maybe with other lessons
      }
      classroom = event.data;
      connected = true;
      say('');
      show();
    });
    events.addEventListener('recording', event => {
      told = JSON.parse(event.data);
      fresh = told.running;
      full = false;
      awaited = 0;
      later();
    });
    events.addEventListener('growth', event => {
      told = grow(told, JSON.parse(event.data));
      later();
    });
    events.addEventListener('error', lose);
    show();
  }

  /** What has been added: in the place of an object or a list, an object holds what has changed in it; all else is new as it is. */
  function grow(value, growth) {
    const inside = x => typeof x === 'object' && x !== null;
    if (!inside(growth) || Array.isArray(growth) || !inside(value)) {
      return growth;
    }
    for (const [key, added] of Object.entries(growth)) {
      value[key] = grow(value[key], added);
    }
    return value;
  }

  /** Once for all that is told within a frame. */
  function later() {
    if (!due) {
      due = true;
      requestAnimationFrame(() => {
        due = false;
        take();
      });
    }
  }

  function take() {
    if (!told.trace.runs.length) {
      if (told.running) {
        say('The servers start.');
      } else {
        refuse(sentence(told.failure ?? ''));
      }
      show();
      return;
    }
    const shown = isShown(told.lesson);
    const begins = fresh;
    fresh = false;
    if (begins) {
      say('');
    }
    if (begins && shown) {
      page.begin(told.run === asked);
    }
    page.record(told.lesson, told.trace, told.running);
    if (begins && shown && told.run === asked) {
      $('live').scrollIntoView({ block: 'start' });
      page.showPictures();
    }
    if (shown) {
      showFreezes();
      if (!told.running) {
        page.finish();
      }
    }
    if (told.failure) {
      refuse(sentence(told.failure));
    }
    show();
  }

  function showFreezes() {
    const freezes = page.recordingOf(told.lesson).runs.flatMap(run => run.freezes.map(freeze => freeze.at_us)).sort((a, b) => a - b);
    if (awaited && freezes.length >= awaited) {
      awaited = 0;
      if (page.state.following) {
        page.goTo(freezes.at(-1));
      } else {
        say(`A freeze was taken at ${model.duration(freezes.at(-1))}.`);
      }
    }
  }

  function lose() {
    if (!connected) {
      refuse(LOST);
      return;
    }
    connected = false;
    if (told?.running && told.trace.runs.length) {
      page.record(told.lesson, told.trace, false);
      page.stay();
    }
    refuse(LOST);
    show();
  }

  const isShown = name => page.state.lesson?.name === name;

  /** Whether a lesson runs now, as far as this page knows. */
  const runs = name => Boolean(connected && told?.running && told.lesson === name && told.trace.runs.length);

  const here = () => runs(page.state.lesson?.name);

  // ---- What can be done ---------------------------------------------------------------------------------------------

  /** The text of the answer; undefined if the classroom refuses. */
  async function send(path) {
    try {
      const answer = await fetch(path, { method: 'POST' });
      const text = await answer.text();
      refuse(answer.ok ? '' : sentence(text));
      return answer.ok ? text : undefined;
    } catch (lost) {
      refuse(LOST);
      return undefined;
    }
  }

  async function run() {
    if (!connected) {
      return;
    }
    page.state.mine = false;
    const number = await send('/run?lesson=' + page.state.lesson.name + page.extras());
    if (number !== undefined) {
      asked = Number(number);
      page.state.mine = told?.run === asked && !fresh;
      if (!page.state.mine) {
        say('The servers start.');
      }
    }
  }

  const order = (deed, what = {}) => send('/order?' + new URLSearchParams({ do: deed, ...what }));

  async function add() {
    if (!$('add').disabled && await order('add') === undefined) {
      full = true;
      show();
    }
  }

  /** Takes a dump of every server, which is then shown if the view still follows the live end. False if there is none now. */
  function freeze() {
    const alive = here() ? aliveRuns() : [];
    if (!alive.length) {
      return false;
    }
    awaited = page.recordingOf(told.lesson).runs.reduce((n, run) => n + run.freezes.length, 0) + alive.length;
    order('freeze').then(obeyed => { awaited = obeyed === undefined ? 0 : awaited; });
    return true;
  }

  const aliveRuns = () => page.recordingOf(told.lesson).runs.filter(run => run.alive);

  function deedButton(deed, text) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.dataset.deed = deed;
    button.addEventListener('click', () => {
      $('deeds').hidePopover();
      $('deeds-button').focus();
      order(deed, { client: page.state.client, ...(deed === 'sleep' || deed === 'burn' ? { ms: 1500 } : {}) });
    });
    return button;
  }

  /** The menu of the chosen client, right below its button. */
  function toggleDeeds() {
    if ($('deeds-button').disabled) {
      say(here() ? `Client ${page.state.client} is not there now: choose another one.` : '');
      return;
    }
    $('deeds-button').focus({ preventScroll: true }); // to which the focus comes back when the menu closes
    $('deeds').togglePopover();
    if ($('deeds').matches(':popover-open')) {
      const button = $('deeds-button').getBoundingClientRect();
      $('deeds').style.left = Math.max(8, Math.min(button.left, innerWidth - $('deeds').offsetWidth - 8)) + 'px';
      $('deeds').style.top = Math.min(button.bottom + 4, innerHeight - $('deeds').offsetHeight - 8) + 'px';
      showDeeds();
      $('deeds').querySelector('button:enabled')?.focus();
    }
  }

  /** A server is killed by the second of two clicks. */
  function killButton(title, index) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'kill';
    button.dataset.server = index;
    button.title = 'Kills the server process with signal 9 (K goes from button to button)';
    const arm = armed => {
      button.classList.toggle('armed', armed);
      button.textContent = armed ? `Kill ${title}? Press again` : 'Kill';
      button.setAttribute('aria-label', armed ? button.textContent : 'Kill ' + title);
    };
    arm(false);
    button.addEventListener('click', () => {
      if (button.classList.contains('armed')) {
        arm(false);
        order('kill', { server: index });
        return;
      }
      arm(true);
      setTimeout(() => arm(false), ARMED_MS);
    });
    return button;
  }

  /** To the next button that kills. */
  function toKill() {
    const buttons = [...document.querySelectorAll('.kill:enabled')];
    buttons[(buttons.indexOf(document.activeElement) + 1) % buttons.length]?.focus();
  }

  // ---- What is seen of it -------------------------------------------------------------------------------------------

  /** "there are clients enough" as a sentence. */
  const sentence = text => text.trim() && text.trim()[0].toUpperCase() + text.trim().slice(1).replace(/\.?$/, '.');

  function refuse(text) {
    say(text);
    $('live-said').classList.add('bad');
  }

  function say(...parts) {
    $('live-said').classList.remove('bad');
    if ($('live-said').textContent !== parts.map(part => part.textContent ?? part).join('')) {
      $('live-said').replaceChildren(...parts);
    }
  }

  /** The buttons, and how far the view is behind. Called after each change of the recording or of the moment. */
  function show() {
    if (!page) {
      return;
    }
    const running = here();
    const recording = page.recordingOf(page.state.lesson?.name);
    const alive = running ? aliveRuns() : [];
    const crowd = recording?.runs.every(run => run.crowd && !run.clients.length);
    $('run').disabled = !connected;
    $('save').hidden = !connected;
    put($('run').firstChild, recording ? 'Run again ' : 'Run ');
    for (const id of ['to-live', 'add', 'deeds-button']) {
      $(id).hidden = !recording || !page.state.open || (crowd && id !== 'to-live');
    }
    $('add').disabled = !alive.length || full;
    $('deeds-button').disabled = !alive.some(isThere);
    put($('deeds-button').firstChild, `Client ${page.state.client} does … `);
    $('to-live').disabled = !running;
    $('to-live').setAttribute('aria-pressed', running && page.state.following);
    put($('to-live').firstChild, !running ? 'Live ' : page.state.following ? `Live ${(page.state.us / 1e6).toFixed(1)} s `
      : `${Math.max(0, (recording.now - page.state.us) / 1e6).toFixed(1)} s behind: go live `);
    for (const button of document.querySelectorAll('.kill')) {
      button.disabled = !(running && recording.runs[button.dataset.server]?.alive);
    }
    if ($('deeds').matches(':popover-open')) {
      if ($('deeds-button').disabled) {
        $('deeds').hidePopover();
      } else {
        showDeeds();
      }
    }
    if (connected && told?.running && told.trace.runs.length && !isShown(told.lesson)) {
      say('Another lesson runs: ', page.linkTo(told.lesson));
    }
  }

  const put = (node, text) => { node.data = node.data === text ? node.data : text; };

  const isThere = run => run.clients.some(client => client.id === page.state.client && client.connected !== undefined && !client.events.some(event => ENDS.includes(event[1])));

  /** Deeds that could do nothing now are disabled. */
  function showDeeds() {
    const alive = here() ? aliveRuns().filter(isThere) : [];
    const stopped = alive.map(run => run.clients.find(client => client.id === page.state.client).events.findLast(event => /^(stopped|resumed)$/.test(event[1]))?.[1] === 'stopped');
    for (const button of $('deeds').children) {
      const deed = button.dataset.deed;
      button.disabled = !alive.length || (deed === 'stop' && stopped.every(Boolean)) || (deed === 'resume' && !stopped.some(Boolean));
      button.hidden = (deed === 'sleep' || deed === 'burn') && !page.state.lesson.name.startsWith('hog-');
    }
  }

  const KEYS = { r: run, a: add, m: toggleDeeds, k: toKill, l: () => here() && page.follow() };

  return { start, show, freeze, runs, killButton, key: name => KEYS[name] };
})();
