'use strict';

/*
 * The pictures: a run's bars in lanes, as SVG; the time axis; the legend. Draws what model.js says, and keeps no state.
 * A scale is { from, to, left, right, width, unit }: microseconds, pixels, and the size of 1/16 of the page's font.
 */
const lanes = (() => {
  const SVG = 'http://www.w3.org/2000/svg';

  /** The kinds of bars: height as a part of the lane, the least width in pixels, the word in the legend. */
  const KINDS = {
    backlog: { height: 0.5, least: 1, legend: 'in the kernel’s backlog' },
    accept: { height: 0.9, least: 4, legend: 'accept' },
    write: { height: 0.9, least: 3, legend: 'write (drawn at least 3 px wide: wider than true)' },
    room: { height: 0.9, least: 3, legend: 'write that waits for room' },
    work: { height: 0.9, least: 3, legend: 'work, put there by the classroom' },
    wait: { height: 0.36, least: 1, legend: 'wait, as the pace asks' },
    late: { height: 0.7, least: 1, legend: 'late: it is time, and no thread comes' },
    finish: { height: 0.6, least: 3, legend: 'finish: until the client’s end of stream' },
    close: { height: 1, least: 3, legend: 'close' },
    gone: { height: 0, least: 0, legend: 'gone' },
  };
  /** In this order the legend tells them, and later ones are drawn above earlier ones. */
  const ORDER = ['gone', 'backlog', 'wait', 'late', 'room', 'work', 'finish', 'accept', 'write', 'close'];
  const ALWAYS = ['backlog', 'write', 'wait', 'late', 'finish', 'close', 'gone'];

  /** The height of a client's row in a shared lane. */
  const THIN = 7;

  /** What a client does of its own accord, and the word for it. */
  const MARKS = { stopped: 'stops reading', resumed: 'reads on', left: 'leaves', reset: 'resets', sent: 'sends' };

  function svg(name, attributes = {}, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    if (text !== undefined) {
      element.textContent = text;
    }
    return element;
  }

  /** Where a time lies, in pixels. */
  function x(scale, us) {
    return scale.left + (us - scale.from) / (scale.to - scale.from) * (scale.width - scale.left - scale.right);
  }

  /** Which time lies there, within the scale. */
  function timeAt(scale, pixels) {
    const us = scale.from + (pixels - scale.left) / (scale.width - scale.left - scale.right) * (scale.to - scale.from);
    return Math.min(scale.to, Math.max(scale.from, us));
  }

  /** Times for labels on an axis: about one in 90 units of width. */
  function ticks(scale) {
    const span = scale.to - scale.from;
    const most = Math.max(2, (scale.width - scale.left) / (90 * scale.unit));
    const step = [200, 500, 1000, 2000, 5000, 10000, 100000, 200000, 500000, 1e6, 2e6, 5e6, 1e7, 2e7].find(us => span / us <= most) ?? 6e7;
    const times = [];
    for (let us = Math.ceil(scale.from / step) * step; us <= scale.to; us += step) {
      times.push(us);
    }
    const text = us => span < 100000 ? (us / 1000).toFixed(step < 1000 ? 1 : 0) + ' ms' : (us / 1e6).toFixed(step < 1e6 ? 1 : 0) + ' s';
    return times.map(us => ({ us, text: text(us) }));
  }

  function drawAxis(element, scale) {
    const height = 20 * scale.unit;
    element.setAttribute('viewBox', `0 0 ${scale.width} ${height}`);
    element.setAttribute('height', height);
    element.replaceChildren(...ticks(scale).flatMap(({ us, text }) => {
      const at = x(scale, us);
      const anchor = at > scale.width - 30 * scale.unit ? 'end' : 'middle';
      return [svg('line', { x1: at, x2: at, y1: 0, y2: 4 * scale.unit, class: 'tick' }),
        svg('text', { x: anchor === 'end' ? scale.width : at, y: 17 * scale.unit, 'text-anchor': anchor }, text)];
    }));
  }

  /**
   * The picture of a run: { element, cursor(us) }. view: { by, client, solved }. before: the picture of the same run when it was shorter,
   * which is continued if nothing but its bars has changed.
   */
  function draw(run, scale, view, before) {
    const { lanes: rows } = model.lanes(run, view.by);
    const unit = scale.unit;
    const marked = new Set(view.by === 'client' ? run.clients.filter(client => client.events.some(event => MARKS[event[1]])).map(client => client.id) : []);
    const above = lane => marked.has(lane.key) ? 14 * unit : 0;
    const places = new Map(); // of the lanes, by their keys
    let height = 0;
    for (const lane of rows) {
      const tall = lane.shared ? run.clients.length * THIN * unit + 8 * unit : 24 * unit + above(lane);
      places.set(lane.key, { lane, top: height, bars: height + (lane.shared ? 4 * unit : above(lane)), height: tall });
      height += tall;
    }
    const look = JSON.stringify([scale, view.by, view.client, view.solved, [...places.values()]]);
    if (before?.look === look) {
      before.fill(run);
      return before;
    }
    const picture = svg('svg', { class: 'lanes', viewBox: `0 0 ${scale.width} ${height}`, width: scale.width, height, role: 'img',
      'aria-label': `${run.title}: ${rows.length} rows, by ${view.by}. The same as a table below.` });
    const { element, fill } = barsOf(scale, view, places, height);
    fill(run);
    picture.append(background(run, scale, view, places, height), element);
    return { element: picture, look, fill, cursor: curtain(picture, [element], scale, height, view.solved) };
  }

  /** The rows with their names, and the grid. */
  function background(run, scale, view, places, height) {
    const unit = scale.unit;
    const back = svg('g', { class: 'back' });
    const narrow = scale.left < 110 * unit;
    [...places.values()].forEach(({ lane, top, bars, height: tall }, i) => {
      const chosen = lane.client === view.client;
      back.append(svg('rect', { x: 0, y: top, width: scale.width, height: tall, class: chosen ? 'lane chosen' : i % 2 ? 'lane odd' : 'lane' }));
      const label = svg('text', { x: 6 * unit, y: (lane.shared ? top : bars) + 17 * unit, class: chosen ? 'label chosen' : 'label' },
        narrow ? lane.short ?? lane.name : lane.name);
      if (lane.real && lane.real !== lane.name) {
        label.append(svg('title', {}, 'named ' + lane.real));
      }
      back.append(label);
      const row = run.clients.findIndex(client => client.id === view.client);
      if (lane.shared && row >= 0) {
        back.append(svg('rect', { x: scale.left, y: bars + row * THIN * unit, width: scale.width - scale.left, height: THIN * unit, class: 'lane chosen' }));
      }
    });
    for (const { us } of ticks(scale)) {
      back.append(svg('line', { x1: x(scale, us), x2: x(scale, us), y1: 0, y2: height, class: 'grid' }));
    }
    return back;
  }

  /** The bars of a picture, and all that is above them: { element, fill(run) }. Of a run that has grown, only what is new is drawn. */
  function barsOf(scale, view, places, height) {
    const unit = scale.unit;
    const element = svg('g');
    const kinds = new Map(ORDER.map(kind => [kind, svg('g')]));
    const others = svg('g');
    element.append(...kinds.values(), others);
    const drawn = new Map();
    let shown;
    element.addEventListener('pointerover', event => { // the words of a bar are made when somebody points at it
      if (event.target.bar && !event.target.firstChild) {
        event.target.append(svg('title', {}, describe(shown, event.target.bar)));
      }
    });
    const fill = run => {
      shown = run;
      const { laneOf } = model.lanes(run, view.by);
      const rowOf = new Map(run.clients.map((client, i) => [client.id, i]));
      const left = new Set(drawn.keys());
      const above = [];
      for (const bar of run.bars) {
        const place = bar.to < scale.from || bar.from > scale.to ? undefined : places.get(laneOf(bar));
        if (!place) {
          continue;
        }
        const shared = place.lane.shared;
        const top = place.bars + (shared ? rowOf.get(bar.client) * THIN * unit : 0);
        const key = `${bar.client} ${bar.kind} ${bar.from}`;
        const old = drawn.get(key);
        left.delete(key);
        if (old?.to !== bar.to) {
          const fresh = barElement(bar, scale, top, shared ? THIN * unit : 24 * unit, shared);
          if (old) {
            old.fresh.replaceWith(fresh);
          } else {
            kinds.get(bar.kind).append(fresh);
          }
          drawn.set(key, { to: bar.to, fresh });
        }
        if (view.by === 'thread' && bar.client === view.client && !shared) {
          above.push(svg('circle', { class: 'dot', cx: Math.max(scale.left, x(scale, bar.from)) + 1.5, cy: top + 2.5 * unit, r: 2.5 * unit }));
        }
      }
      for (const key of left) {
        drawn.get(key).fresh.remove();
        drawn.delete(key);
      }
      if (view.by === 'client') {
        above.push(...run.clients.flatMap(client => marks(client, scale, places.get(client.id).top, unit)));
      }
      above.push(...freezeLines(run, scale, height));
      if (run.over && run.over.at_us <= scale.to) {
        above.push(svg('line', { x1: x(scale, run.over.at_us), x2: x(scale, run.over.at_us), y1: 0, y2: height, class: 'over' }));
      }
      others.replaceChildren(...above);
    };
    return { element, fill };
  }

  function freezeLines(run, scale, height) {
    return run.freezes.filter(freeze => freeze.at_us >= scale.from && freeze.at_us <= scale.to).map(freeze => {
      const at = x(scale, freeze.at_us);
      const line = svg('line', { x1: at, x2: at, y1: 0, y2: height, class: 'freeze' });
      line.append(svg('title', {}, 'freeze: a thread dump was taken here'));
      return line;
    });
  }

  let clips = 0;

  /**
   * Hides what is later than the cursor: wholly, as if it were not yet there, until the lesson is solved; after that behind a veil.
   * Answers with a function that moves the cursor.
   */
  function curtain(picture, parts, scale, height, solved) {
    const veil = svg('rect', { y: 0, height, class: 'veil' });
    const seen = svg('rect', { x: 0, y: 0, height });
    const cursor = svg('line', { y1: 0, y2: height, class: 'cursor' });
    if (solved) {
      picture.append(veil);
    } else {
      const clip = svg('clipPath', { id: 'seen' + ++clips });
      clip.append(seen);
      picture.append(clip);
      parts.forEach(part => part.setAttribute('clip-path', `url(#${clip.id})`));
    }
    picture.append(cursor);
    return us => {
      const at = x(scale, us);
      cursor.setAttribute('x1', at);
      cursor.setAttribute('x2', at);
      veil.setAttribute('x', at);
      veil.setAttribute('width', scale.width - at);
      seen.setAttribute('width', at);
    };
  }

  function barElement(bar, scale, top, height, shared) {
    const kind = KINDS[bar.kind];
    const unit = scale.unit;
    const left = Math.max(scale.left, x(scale, bar.from));
    const right = Math.min(scale.width - scale.right, x(scale, Math.min(bar.to, scale.to)));
    if (bar.kind === 'gone') {
      const start = (bar.outcome === 'finished' ? 5 : 15) * unit;
      const line = svg('line', { x1: left + start, x2: Math.max(left + start, scale.width - scale.right), y1: top + height / 2, y2: top + height / 2, class: 'bar gone' });
      const group = svg('g');
      group.append(line);
      if (bar.outcome !== 'finished' && x(scale, bar.from) >= scale.left) {
        const [a, b, r] = [left + 8 * unit, top + height / 2, 4 * unit];
        group.append(svg('path', { d: `M${a - r} ${b - r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`, class: 'broken' }));
      }
      return group;
    }
    const tall = shared ? Math.max(4 * unit, kind.height * (height - 0.5 * unit)) : kind.height * (height - 2 * unit);
    const rect = svg('rect', { class: 'bar ' + bar.kind, x: left, y: top + (height - tall) / 2,
      width: Math.max(right - left, kind.least * Math.sqrt(unit)), height: tall });
    rect.dataset.client = bar.client;
    rect.bar = bar;
    return rect;
  }

  /** What a client did, as a small triangle on its lane and a word beside it. */
  function marks(client, scale, top, unit) {
    return client.events.filter(event => MARKS[event[1]] && event[0] >= scale.from && event[0] <= scale.to).flatMap(([us, what]) => {
      const at = x(scale, us);
      const end = at > scale.width - 100 * unit;
      return [svg('path', { class: 'mark', d: `M${at - 4 * unit} ${top + 4 * unit}h${8 * unit}l${-4 * unit} ${7 * unit}z` }),
        svg('text', { class: 'mark', x: at + (end ? -6 : 6) * unit, y: top + 11.5 * unit, 'text-anchor': end ? 'end' : 'start' }, MARKS[what])];
    });
  }

  function describe(run, bar) {
    const name = run.clients.find(client => client.id === bar.client)?.name;
    const thread = bar.thread !== undefined && model.threadWords(run, bar.thread);
    const ended = bar.endThread !== undefined ? `, and the next step on ${model.threadWords(run, bar.endThread)}` : '';
    return `${name}: ${KINDS[bar.kind].legend.replace(/ \(.*/, '')}, ${model.duration(bar.to - bar.from)}, at byte ${model.number(bar.bytes)}`
      + (thread ? `; its step was on ${thread}${ended}` : '');
  }

  /** The kinds of a recording, and those that every legend has; by thread, also the dot at the chosen client's steps. */
  function legend(recording, unit, by) {
    const used = new Set([...ALWAYS, ...recording.runs.flatMap(run => run.bars.map(bar => bar.kind))]);
    const items = Object.keys(KINDS).filter(kind => used.has(kind)).map(kind => {
      const item = document.createElement('li');
      const [w, h] = [28 * unit, 18 * unit];
      const key = svg('svg', { viewBox: `0 0 ${w} ${h}`, width: w, height: h, 'aria-hidden': 'true' });
      if (kind === 'gone') {
        key.append(svg('line', { x1: 1, x2: w - 1, y1: h / 2, y2: h / 2, class: 'bar gone' }));
      } else {
        const tall = KINDS[kind].height * h;
        const wide = kind === 'close' || kind === 'accept' ? 4 * unit : w - 2;
        key.append(svg('rect', { class: 'bar ' + kind, x: (w - wide) / 2, y: (h - tall) / 2, width: wide, height: tall }));
      }
      item.append(key, ' ' + KINDS[kind].legend);
      return item;
    });
    if (by === 'thread') {
      const item = document.createElement('li');
      const key = svg('svg', { viewBox: `0 0 ${8 * unit} ${18 * unit}`, width: 8 * unit, height: 18 * unit, 'aria-hidden': 'true' });
      key.append(svg('circle', { class: 'dot', cx: 4 * unit, cy: 9 * unit, r: 2.5 * unit }));
      item.append(key, ' a step of the chosen client');
      items.push(item);
    }
    return items;
  }

  // ---- Crowds -------------------------------------------------------------------------------------------------------

  const COUNTS = [['open', 'open clients', n => model.number(n)], ['threads', 'threads', n => model.number(n)],
    ['resident_kib', 'memory', n => (n / 1024).toFixed(0) + ' MiB'], ['writes', 'writes a second', n => model.number(n)]];

  /** A run of many clients: a line for each count instead of lanes. tops: the largest count in all runs, so that they compare. */
  function drawCrowd(run, scale, tops, view) {
    const unit = scale.unit;
    const row = 62 * unit;
    const shown = COUNTS.filter(([key]) => run.counts.some(count => count[1][key] !== undefined));
    const height = shown.length * row;
    const picture = svg('svg', { class: 'lanes', viewBox: `0 0 ${scale.width} ${height}`, width: scale.width, height, role: 'img',
      'aria-label': `${run.title}: ${shown.map(count => count[1]).join(', ')} over time. The same as a table below.` });
    const [lines, values] = [svg('g'), svg('g')];
    shown.forEach(([key, word, format], i) => {
      const [top, base] = [i * row, (i + 1) * row - 6 * unit];
      const y = n => base - n / Math.max(1, tops[key]) * (row - 16 * unit);
      picture.append(svg('rect', { x: 0, y: top, width: scale.width, height: row, class: i % 2 ? 'lane odd' : 'lane' }),
        svg('text', { x: 6 * unit, y: top + 20 * unit, class: 'label' }, word),
        svg('line', { x1: scale.left, x2: scale.width - scale.right, y1: base, y2: base, class: 'grid' }));
      let path = '';
      for (const [us, count] of run.counts) {
        if (count[key] !== undefined) {
          path += path ? `H${x(scale, us)}V${y(count[key])}` : `M${x(scale, us)} ${y(count[key])}`;
        }
      }
      lines.append(svg('path', { d: path, class: 'count' }));
      values.append(svg('text', { x: 6 * unit, y: top + 44 * unit, class: 'value' }));
      values.lastChild.format = us => {
        const count = model.countAt(run, us)?.[key];
        return count === undefined ? '–' : format(count);
      };
    });
    lines.append(...freezeLines(run, scale, height));
    picture.append(lines, values);
    const move = curtain(picture, [lines], scale, height, view.solved);
    return {
      element: picture,
      cursor(us) {
        move(us);
        for (const value of values.children) {
          value.textContent = value.format(us);
        }
      },
    };
  }

  function topsOf(runs) {
    const tops = {};
    for (const [, count] of runs.flatMap(run => run.counts)) {
      for (const [key, n] of Object.entries(count)) {
        tops[key] = Math.max(tops[key] ?? 0, n);
      }
    }
    return tops;
  }

  return { draw, drawCrowd, topsOf, drawAxis, legend, timeAt, KINDS };
})();
