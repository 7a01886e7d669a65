'use strict';

/*
 * From a trace to what can be said about it: bars, lanes, sentences, figures. Pure functions; nothing here touches the page.
 * The trace's form is described in trace.md. All times are microseconds since the start of the run.
 *
 * Nothing is interpolated: a bar goes from one recorded step of a client to its next.
 */
const model = (() => {
  /** The axis of a running lesson grows by so much. */
  const GROWING_US = 4e6;

  /** A wait this much longer than the pace is late. Less can be the operating system's own delay. */
  const LATE_US = 20000;

  /** A write that takes longer than this waits for room in the kernel's send buffer. */
  const STUCK_US = 50000;

  /** More clients than this are a crowd, if the trace does not say: counts are drawn, not lanes. */
  const CROWD = 40;
  const COUNT_US = 100000;

  /** The STEP comment under which each kind of bar is found in the source. */
  const STEP_OF = { backlog: 2, accept: 2, write: 3, work: 3, room: 3, wait: 4, late: 4, finish: 5, close: 6 };

  /**
   * The designs' rules. holds: a client that waits holds a thread of its own while it does.
   * Thread dumps (freezes) hold the page to these rules; steps alone do not tell.
   */
  const DESIGNS = {
    sequential: { file: 'BlockingServer.java', holds: true, idea: 'one thread: it accepts a client, serves it, and only then accepts the next',
      position: 'a local variable on the stack of the only thread', waiting: 'The only thread sleeps, and nobody else is served' },
    platform: { file: 'BlockingServer.java', holds: true, idea: 'a platform thread for each client: one of the operating system’s',
      position: 'a local variable on the stack of its own thread', waiting: 'Its own thread sleeps' },
    virtual: { file: 'BlockingServer.java', holds: false, idea: 'a virtual thread for each client: Java’s own, run by carrier threads',
      position: 'a local variable on its own stack, which Java keeps on the heap while the thread sleeps', waiting: 'Its virtual thread sleeps, on no carrier' },
    selector: { file: 'SelectorServer.java', holds: false, idea: 'one thread for all clients: a bare loop, which waits in one Selector',
      position: 'a field of its Recital object', waiting: 'No stack is kept for it: when its timer is due, the loop calls its method' },
    reactor: { file: 'ReactorServer.java', holds: false, idea: 'one thread for all clients: a reusable loop, which calls back',
      position: 'a field of its Recital object', waiting: 'No stack is kept for it: when its timer is due, the reactor calls it back' },
    completion: { file: 'CompletionServer.java', holds: false, idea: 'operations are started, and call back when they are done',
      position: 'a field of its Recital object', waiting: 'No stack is kept for it: when its timer is due, the next write is started' },
    netty: { file: 'NettyServer.java', holds: false, idea: 'a few threads for all clients: event loops, which call handlers',
      position: 'a field of its Recital object, a handler', waiting: 'No stack is kept for it: when its timer is due, its event loop calls it back' },
  };

  const rulesOf = run => DESIGNS[run.design] ?? { file: '', holds: true, idea: '', position: 'unknown', waiting: 'It waits' };

  // ---- A trace, read ------------------------------------------------------------------------------------------------

  /**
   * Reads a trace: the same runs, each with bars, moments and readable thread names. A growing trace is read again.
   * context: { sources, processors } of the page; running, if the trace still grows: then the axis has room for more (span), and
   * now is the time of the servers that run.
   */
  function read(trace, context = {}) {
    const delayUs = trace.pace.delay_ms * 1000;
    const end = Math.max(1, ...trace.runs.map(lastMoment));
    const runs = trace.runs.map(run => readRun(run, trace, delayUs, end));
    const moments = [...new Set(runs.flatMap(run => run.moments))].sort((a, b) => a - b);
    const span = context.running ? Math.ceil((end + GROWING_US / 8) / GROWING_US) * GROWING_US : end;
    const now = context.running ? Math.max(0, ...runs.filter(run => run.alive && run.until_us).map(run => run.until_us)) || end : end;
    return { trace, runs, end, span, now, moments, delayUs, sources: context.sources ?? {}, processors: context.processors ?? Infinity };
  }

  /** The last thing that happened in a run. A server's gauges go on after its last client; they count in a crowd only. */
  function lastMoment(run) {
    const of = list => (list ?? []).map(entry => entry[0]);
    const clients = run.clients.flatMap(client => of(client.events));
    const counts = run.steps?.length ? [] : of(run.counts);
    return [...of(run.steps), ...of(run.ends), ...counts, ...clients, run.over?.at_us ?? 0, run.until_us ?? 0].reduce((a, b) => Math.max(a, b), 0);
  }

  function readRun(run, trace, delayUs, end) {
    const threads = nameThreads(run);
    const clients = run.clients.map(client => ({
      ...client,
      name: client.name ?? 'client ' + client.id,
      connected: client.events.find(event => event[1] === 'connected')?.[0],
      first: client.events.find(event => event[1] === 'read')?.[0],
      end: (run.ends ?? []).find(entry => entry[1] === client.id),
    }));
    const stepsOf = new Map(clients.map(client => [client.id, []]));
    for (const step of run.steps ?? []) {
      stepsOf.get(step[1])?.push(step);
    }
    const bars = clients.flatMap(client => barsOf(client, stepsOf.get(client.id), run, trace, delayUs, end));
    const moments = [...(run.steps ?? []), ...(run.ends ?? []), ...run.clients.flatMap(client => client.events)].map(entry => entry[0]);
    const crowd = run.crowd ?? (clients.length > CROWD || (!run.steps?.length && (run.counts ?? []).length > 0));
    return {
      ...run, ...rulesOf(run), title: titleOf(run), threads, clients, bars, moments,
      freezes: run.freezes ?? [], faults: run.faults ?? [],
      counts: crowd && !run.counts?.length ? countsOf(run.steps, run.ends ?? [], end) : run.counts ?? [], crowd,
    };
  }

  /** For a crowd without counts: open clients and writes a second, every tenth of a second, from its steps. */
  function countsOf(steps, ends, end) {
    const counts = [];
    let open = 0;
    let [s, e] = [0, 0];
    for (let us = 0; us <= end + COUNT_US; us += COUNT_US) {
      let writes = 0;
      for (; s < steps.length && steps[s][0] <= us; s++) {
        open += steps[s][2] === 'accept' ? 1 : 0;
        writes += steps[s][2] === 'write' ? 1 : 0;
      }
      for (; e < ends.length && ends[e][0] <= us; e++) {
        open--;
      }
      counts.push([Math.min(us, end), { open, writes: writes * 1e6 / COUNT_US }]);
    }
    return counts;
  }

  /** "virtual", "virtual, 1 carrier". */
  function titleOf(run) {
    const carriers = run.options?.parallelism;
    return run.title ?? run.design + (carriers ? `, ${carriers} carrier${carriers > 1 ? 's' : ''}` : '');
  }

  /** The kinds of threads, in the order in which they are drawn, and what they are called. */
  const THREADS = { accept: 'accepting thread', loop: 'loop', carrier: 'carrier', recital: 'recital thread', clock: 'clock thread' };

  /** Thread id to { id, kind, name, short }, as they are drawn. Threads of one kind are counted from 1, but there is only one that accepts. */
  function nameThreads(run) {
    const order = Object.keys(THREADS);
    const used = new Set((run.steps ?? []).map(step => step[4]));
    const seen = {};
    return new Map((run.threads ?? [])
      .filter(thread => used.has(thread.id))
      .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.id - b.id)
      .map(thread => {
        const number = seen[thread.kind] = (seen[thread.kind] ?? 0) + 1;
        const count = thread.kind === 'accept' && number === 1 ? '' : ' ' + number;
        return [thread.id, { ...thread, name: (THREADS[thread.kind] ?? thread.kind) + count, short: thread.kind + count, real: thread.name }];
      }));
  }

  /** "carrier 1", "the accepting thread". */
  function threadWords(run, id) {
    const name = run.threads.get(id)?.name;
    return name === undefined ? 'a thread' : /\d$/.test(name) ? name : 'the ' + name;
  }

  /** The bars of one client, in time's order. Their times touch, but for what the observing itself cost. */
  function barsOf(client, steps, run, trace, delayUs, end) {
    const bars = [];
    const over = run.over?.at_us ?? run.until_us ?? end;
    const endUs = client.end?.[0] ?? over;
    let stack = []; // of the last step that has one: a step without is on the same way through the source
    const add = (kind, from, to, step, more) => {
      if (to > from || kind === 'close') {
        bars.push({ client: client.id, kind, from, to, bytes: step?.[3] ?? 0, thread: step?.[4], stack, ...more });
      }
    };
    if (client.connected !== undefined) {
      add('backlog', client.connected, steps.length ? steps[0][0] : client.end ? endUs : over);
    }
    steps.forEach((step, i) => {
      const [us, , name, , thread, , costUs = 0] = step;
      const next = steps[i + 1];
      const from = us + costUs;
      stack = trace.stacks[step[5]] ?? stack;
      const to = next?.[0] ?? endUs;
      if (name === 'wrote') {
        if (!next || next[2] === 'wrote') {
          add('room', from, to, step); // the kernel took a part; the rest waits
        }
      } else if (name === 'wait') {
        const due = from + delayUs;
        const late = to - due > LATE_US;
        add('wait', from, late ? due : to, step);
        if (late) {
          add('late', due, to, step, { since: from });
        }
      } else if (name === 'write') {
        addWrite(add, client, from, to, step, run);
      } else {
        add(name, from, to, step);
      }
      const last = bars.at(-1);
      if (last && next) {
        last.endThread = next[4] !== thread ? next[4] : undefined;
      }
    });
    if (client.end || run.over) {
      bars.push({ client: client.id, kind: 'gone', from: endUs, to: Infinity, bytes: steps.at(-1)?.[3] ?? 0, stack: [],
        outcome: client.end?.[2] ?? 'server gone' });
    }
    return bars;
  }

  /** A write, less the work that the classroom put into it. */
  function addWrite(add, client, from, to, step, run) {
    const fault = (run.faults ?? []).find(f => f.client === client.id && (f.what === 'sleep' || f.what === 'burn') && f.at_us >= step[0] && f.at_us < to);
    let start = from;
    if (fault) {
      const workEnd = Math.min(to, fault.to_us ?? fault.at_us + fault.ms * 1000);
      add('write', from, fault.at_us, step);
      add('work', fault.at_us, workEnd, step, { what: fault.what, ms: fault.ms });
      start = workEnd;
    }
    add(to - start > STUCK_US ? 'room' : 'write', start, to, step);
  }

  // ---- Lanes --------------------------------------------------------------------------------------------------------

  /**
   * Where a bar is drawn: { lanes: [{ key, name, shared }], laneOf: bar -> key or undefined }.
   * A shared lane holds all clients at once, a thin row for each.
   */
  function lanes(run, by) {
    if (by === 'client') {
      return { lanes: run.clients.map(client => ({ key: client.id, name: client.name, client: client.id })), laneOf: bar => bar.client };
    }
    const shared = [];
    if (run.bars.some(bar => bar.kind === 'backlog' && bar.to - bar.from > LATE_US)) {
      shared.push({ key: 'backlog', name: 'in the backlog', short: 'backlog', shared: true });
    }
    if (run.bars.some(bar => !onThread(run, bar) && bar.kind !== 'backlog' && bar.kind !== 'gone')) {
      shared.push({ key: 'none', name: 'on no thread', short: 'no thread', shared: true });
    }
    const threads = [...run.threads.values()].map(thread => ({ key: thread.id, name: thread.name, short: thread.short, real: thread.real }));
    const keys = new Set(shared.map(lane => lane.key));
    const laneOf = bar => {
      if (bar.kind === 'gone') {
        return undefined;
      }
      const key = bar.kind === 'backlog' ? 'backlog' : onThread(run, bar) ? bar.thread : 'none';
      return typeof key === 'number' || keys.has(key) ? key : undefined;
    };
    return { lanes: [...threads, ...shared], laneOf };
  }

  /** Whether a client holds a thread during this bar: by its step, or by the design's rule if it waits. */
  function onThread(run, bar) {
    switch (bar.kind) {
      case 'backlog': case 'gone': return false;
      case 'wait': case 'late': case 'room': return run.holds;
      case 'work': return run.holds || bar.what === 'burn' || run.design !== 'virtual';
      case 'finish': return run.holds || bar.to - bar.from < STUCK_US;
      default: return true;
    }
  }

  /** Whether the calls that led to a bar have returned, though it goes on: the client waits, and neither a thread nor a stack is kept for it. */
  const hasReturned = (run, bar) => run.design !== 'virtual' && !onThread(run, bar);

  // ---- A moment -----------------------------------------------------------------------------------------------------

  /** The bar in which a client is at a time: the last one that has begun. Undefined before it connects. */
  function barAt(run, client, us) {
    let found;
    for (const bar of run.bars) {
      if (bar.client === client && bar.from <= us && (!found || bar.from >= found.from)) {
        found = bar;
      }
    }
    return found;
  }

  /** How many clients are in each kind of bar at a time: { wait: 5, backlog: 1 }; 'absent' has not connected yet. */
  function tally(run, us) {
    const counts = {};
    for (const client of run.clients) {
      const kind = barAt(run, client.id, us)?.kind ?? 'absent';
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  }

  /** The next or the previous moment at which something was recorded in any run. */
  function moment(recording, us, direction) {
    if (direction > 0) {
      return recording.moments.find(at => at > us) ?? recording.end;
    }
    return recording.moments.findLast(at => at < us) ?? 0;
  }

  /** The freeze of a run that is shown at a time, the nearest one: a dump is true for its instant only. */
  function freezeAt(run, us) {
    const away = freeze => Math.abs(freeze.at_us - us);
    return run.freezes.filter(freeze => away(freeze) <= 100000).sort((a, b) => away(a) - away(b))[0];
  }

  /** The last count of a run at a time: { open, threads, resident_kib, cpu_ms }. */
  function countAt(run, us) {
    return run.counts.findLast(count => count[0] <= us)?.[1];
  }

  // ---- Frames and sources -------------------------------------------------------------------------------------------

  /** "SelectorServer$Loop.run:152" to { file: "SelectorServer.java", method: "Loop.run", line: 152 }. */
  function frame(text) {
    const match = /^(?:[a-z][\w]*\.)*([A-Z]\w*)((?:\$\w+)*)\.([^:]+):(\d+)$/.exec(text);
    if (!match) {
      return undefined;
    }
    const [, outer, inner, method, line] = match;
    return { file: outer + '.java', method: (inner.split('$').at(-1) || outer) + '.' + method, line: Number(line) };
  }

  /** The frames of a stack that lie in one of the given sources, top first. */
  function ownFrames(stack, sources) {
    return stack.map(frame).filter(f => f && f.file in sources);
  }

  /** A stack in words, top first: "Recital.write ← Recital.ready"; lambdas are left out. describe: from a frame to its words. */
  function stackWords(frames, describe = f => f.method) {
    return frames.filter(f => !f.method.includes('lambda$')).map(describe).join(' ← ');
  }

  /** The line numbers of the six STEP comments of a source: [undefined, 47, 60, ...]; the index is the step. */
  function stepLines(source) {
    const lines = [];
    source.split('\n').forEach((line, i) => {
      const match = /\/\/ STEP (\d)/.exec(line);
      if (match) {
        lines[match[1]] ??= i + 1;
      }
    });
    return lines;
  }

  /** The last line of a step's block: the line before the next empty one, or before a brace that closes more than was opened. */
  function blockEnd(lines, from) {
    let depth = 0;
    for (let i = from; i < lines.length; i++) {
      if (lines[i].trim() === '') {
        return i;
      }
      for (const brace of lines[i].replace(/\/\/.*/, '').match(/[{}]/g) ?? []) {
        depth += brace === '{' ? 1 : -1;
        if (depth < 0) {
          return i;
        }
      }
    }
    return lines.length;
  }

  /** Native calls that wait for the kernel. Java does not know that, and takes a thread in one for runnable. */
  const KERNEL_WAITS = /\b(EPoll\.wait|KQueue\.poll|WEPoll\.wait|Net\.accept|Net\.poll|Native\.epollWait\w*|Native\.ioUringEnter)\b/;

  /** What a thread of a freeze does: "timed waiting", "runnable". */
  function stateWords(thread) {
    const state = thread.state === 'RUNNABLE' && KERNEL_WAITS.test(thread.frames[0]) ? 'WAITING' : thread.state ?? 'state unknown';
    return state.toLowerCase().replace('_', ' ');
  }

  /** How many threads of a freeze stand on each line of a source: by the topmost frame that lies in any of the sources. */
  function standing(freeze, sources) {
    const counts = new Map();
    for (const thread of freeze.threads) {
      const top = ownFrames(thread.frames, sources)[0];
      if (top) {
        const key = top.file + ':' + top.line;
        counts.set(key, (counts.get(key) ?? 0) + (thread.count ?? 1));
      }
    }
    return counts;
  }

  // ---- Words --------------------------------------------------------------------------------------------------------

  function duration(us) {
    const ms = us / 1000;
    if (ms >= 10000) return (ms / 1000).toFixed(1) + '\u00a0s';
    if (ms >= 1000) return (ms / 1000).toFixed(2) + '\u00a0s';
    if (ms >= 10) return ms.toFixed(0) + '\u00a0ms';
    if (ms >= 1) return ms.toFixed(1) + '\u00a0ms';
    return (ms === 0 ? '0' : ms.toFixed(2)) + '\u00a0ms';
  }

  const number = n => Math.round(n).toLocaleString('en');

  function bytes(n) {
    return n < 100000 ? number(n) + ' bytes' : n < 1e6 ? number(n / 1000) + ' kB' : (n / 1e6).toFixed(1) + ' MB';
  }

  const plural = (n, noun) => `${number(n)} ${noun}${n === 1 ? '' : 's'}`;

  /** What the chosen client does at a time, in plain words; and what it did of its own accord, if the server has not noticed. */
  function sentence(run, client, us, delayUs) {
    const events = run.clients.find(c => c.id === client)?.events ?? [];
    const did = events.findLast(event => event[0] <= us && OWN_ACCORD[event[1]] !== undefined);
    const words = serverSide(run, client, us, delayUs);
    if (!did || OWN_ACCORD[did[1]] === '' || barAt(run, client, us)?.kind === 'gone') {
      return words;
    }
    return `${words} The client ${OWN_ACCORD[did[1]]} ${duration(us - did[0])} ago.`;
  }

  const OWN_ACCORD = { left: 'left', reset: 'reset its connection', stopped: 'stopped reading', resumed: '' };

  function serverSide(run, client, us, delayUs) {
    const name = capital(run.clients.find(c => c.id === client)?.name ?? 'client ' + client);
    const bar = barAt(run, client, us);
    if (!bar) {
      return run.clients.some(c => c.id === client) ? `${name} has not connected yet.` : `There is no client ${client} here.`;
    }
    const time = duration(Math.max(0, us - (bar.since ?? bar.from)));
    const at = `at byte ${number(bar.bytes)}`;
    const thread = threadWords(run, bar.thread);
    switch (bar.kind) {
      case 'backlog':
        return `${name} has been in the kernel’s backlog for ${time}. It is connected, and the server does not know it yet.`;
      case 'accept':
        return `${name} has just been accepted, on ${thread}.`;
      case 'write':
        return us > bar.to ? `${name} has been written to, on ${thread}.` : `${name} is being written to, from byte ${number(bar.bytes)} on, by ${thread}.`;
      case 'work':
        return `${name} has a handler that ${bar.what === 'burn' ? 'computes' : 'blocks'} for ${duration(bar.ms * 1000)}, put there by the classroom, `
          + (onThread(run, bar) ? `on ${thread}` : 'in a virtual thread that is on no carrier') + `. ${time} are over.`;
      case 'room':
        return `${name} takes nothing: its write has waited for room for ${time}, ${at}. ${heldWords(run, client, us)}`
          + (run.holds ? `${capital(thread)} is blocked in write.`
            : run.design === 'virtual' ? 'Its virtual thread is parked in write, on no carrier.' : 'No thread is blocked: the server asked to be told when there is room.');
      case 'wait':
        return `${name} has waited ${time} of ${duration(delayUs)}, ${at}. ${run.waiting}. The position is ${run.position}.`;
      case 'late':
        return `${name} has waited ${time}, and the pace asks for ${duration(delayUs)}: it is late, ${at}. ${whyLate(run, us)} The position is ${run.position}.`;
      case 'finish':
        return `${name} has been sent the whole poem. The server waits for the client’s end of stream.`;
      case 'close':
        return `The server closes the connection of ${lower(name)}.`;
      default:
        return gone(name, bar, run);
    }
  }

  /** What the kernel keeps for a client, if that was read. */
  function heldWords(run, client, us) {
    const held = (run.held ?? []).findLast(entry => entry[1] === client && entry[0] <= us);
    return held ? `The kernel holds ${bytes(held[2])} for it. ` : '';
  }

  /** The last gauges of a run at a time, in words; empty if there are none. */
  function gaugeWords(run, us) {
    const count = countAt(run, us);
    if (!count || run.over?.at_us <= us) {
      return '';
    }
    return [count.threads === undefined ? '' : plural(count.threads, 'OS thread'),
      count.resident_kib === undefined ? '' : `${(count.resident_kib / 1024).toFixed(0)}\u00a0MiB of memory`,
      count.cpu_ms === undefined ? '' : `${duration(count.cpu_ms * 1000)} of processor time`].filter(Boolean).join(' · ');
  }

  const capital = text => text[0].toUpperCase() + text.slice(1);
  const lower = text => text[0].toLowerCase() + text.slice(1);

  /** Only what the recording says: the handler that runs just then, if there is one. */
  function whyLate(run, us) {
    const work = run.bars.find(bar => bar.kind === 'work' && bar.from <= us && us < bar.to && onThread(run, bar));
    return work ? `Meanwhile ${threadWords(run, work.thread)} works for client ${work.client}.` : 'It is time, and no thread has come.';
  }

  function gone(name, bar, run) {
    const at = duration(bar.from);
    if (bar.outcome === 'finished') return `${name} is gone. It was sent the whole poem, ${bytes(bar.bytes)}, by ${at}.`;
    if (bar.outcome === 'aborted') return `${name} has left, and the server noticed at ${at}, after ${bytes(bar.bytes)}.`;
    if (bar.outcome === 'server gone') return `The server of ${lower(name)} ended at ${at}${run.over?.how ? ` (${run.over.how})` : ''}, after ${bytes(bar.bytes)}.`;
    return `${name} was reset by the server at ${at} (${bar.outcome}), after ${bytes(bar.bytes)}.`;
  }

  /** "4 wait, 1 in the backlog" */
  function tallyWords(run, us) {
    const counts = tally(run, us);
    const words = [['backlog', 'in the backlog'], ['accept', 'being accepted'], ['write', 'written to'], ['work', 'at work'], ['room', 'waiting for room'],
      ['wait', 'waiting'], ['late', 'late'], ['finish', 'finishing'], ['close', 'closing'], ['gone', 'gone'], ['absent', 'not here yet']];
    return words.filter(([kind]) => counts[kind]).map(([kind, word]) => `${counts[kind]} ${word}`).join(' · ');
  }

  /** The facts of a whole run, for its heading. */
  function facts(run) {
    const kinds = {};
    for (const thread of run.threads.values()) {
      kinds[thread.kind] = (kinds[thread.kind] ?? 0) + 1;
    }
    const threads = Object.entries(kinds).map(([kind, n]) => plural(n, THREADS[kind] ?? kind)).join(', ');
    return [plural(run.clients.length, 'client'), threads, `writing ${duration(sum(run, 'write'))} of ${duration(lastMoment(run))}`].filter(Boolean);
  }

  /** What observing cost: steps, the median for one, and all together. Undefined if the trace does not tell. */
  function observing(run) {
    const costs = (run.steps ?? []).map(step => step[6]).filter(cost => cost !== undefined).sort((a, b) => a - b);
    return costs.length ? { steps: costs.length, median: costs[costs.length >> 1], total: costs.reduce((a, b) => a + b, 0) } : undefined;
  }

  // ---- Figures and claims -------------------------------------------------------------------------------------------

  const sum = (run, ...kinds) => run.bars.filter(bar => kinds.includes(bar.kind)).reduce((total, bar) => total + bar.to - bar.from, 0);
  const longest = (run, kinds, except) => Math.max(0, ...run.bars.filter(bar => kinds.includes(bar.kind) && bar.client !== except)
    .map(bar => bar.to - (bar.since ?? bar.from)));
  /** How many other clients were there when a bar began, and took no step until it ended. Says nothing of how fast the machine is. */
  const heldUp = (run, bar) => bar === undefined ? 0 : run.clients.filter(client => client.id !== bar.client && client.connected <= bar.from
    && !(client.end?.[0] <= bar.from) && !run.steps.some(step => step[1] === client.id && step[0] > bar.from && step[0] < bar.to)).length;
  const firstByte = client => client.first - client.connected;
  const lastEnd = run => Math.max(0, ...(run.ends ?? []).map(entry => entry[0]));
  const accepted = (run, client) => run.steps.find(step => step[1] === client && step[2] === 'accept')?.[0];

  /** The n-th run of a design; parallelism, if given, must match. */
  const runOf = (recording, design, parallelism) =>
    recording.runs.find(run => run.design === design && (parallelism === undefined || (run.options?.parallelism ?? 0) === parallelism));

  /**
   * For each lesson: what it claims, as an inequality that does not depend on the machine's speed, and its figures.
   * The name of a figure ends with its unit: _us, _bytes, _kib, _count, _percent.
   */
  const CLAIMS = {
    queue(recording) {
      const [sequential, platform] = [runOf(recording, 'sequential'), runOf(recording, 'platform')];
      const last = sequential.clients.at(-1);
      const before = sequential.clients.at(-2);
      return {
        holds: accepted(sequential, last.id) >= before.end[0] && firstByte(platform.clients.at(-1)) < firstByte(last),
        figures: { sixth_sequential_us: firstByte(last), sixth_platform_us: firstByte(platform.clients.at(-1)), backlog_us: sum(sequential, 'backlog') },
      };
    },

    threads(recording) {
      const run = runOf(recording, 'platform');
      const recitals = [...run.threads.values()].filter(thread => thread.kind === 'recital').length;
      const waiting = sum(run, 'wait', 'late');
      const writing = sum(run, 'write');
      return {
        holds: recitals === run.clients.length && waiting > writing,
        figures: { threads_count: recitals, writing_us: writing, waiting_us: waiting, waiting_percent: 100 * waiting / (waiting + writing) },
      };
    },

    'one-word'(recording) {
      const [platform, virtual] = [runOf(recording, 'platform'), runOf(recording, 'virtual')];
      return {
        holds: virtual.threads.size < platform.threads.size && virtual.threads.size <= recording.processors,
        figures: { platform_end_us: lastEnd(platform), virtual_end_us: lastEnd(virtual),
          platform_threads_count: platform.threads.size, virtual_threads_count: virtual.threads.size },
      };
    },

    where(recording) {
      const [virtual, selector] = [runOf(recording, 'virtual'), runOf(recording, 'selector')];
      return {
        holds: selector.threads.size === 1 && virtual.threads.size <= recording.processors,
        figures: { virtual_threads_count: virtual.threads.size, selector_threads_count: selector.threads.size,
          virtual_writing_us: sum(virtual, 'write'), selector_writing_us: sum(selector, 'write') },
      };
    },

    position(recording) {
      const figures = {};
      let holds = true;
      for (const design of ['virtual', 'selector']) {
        const run = runOf(recording, design);
        const freeze = run.freezes[0];
        if (!freeze) {
          return undefined;
        }
        const us = freeze.at_us;
        const waiting = tally(run, us).wait ?? 0;
        const stacks = servingStacks(run, freeze, recording.sources);
        figures[design + '_stacks_count'] = stacks;
        figures[design + '_waiting_count'] = waiting;
        holds &&= waiting > 0 && (design === 'virtual' ? stacks >= waiting : stacks === 1);
        const objects = Object.entries(freeze.objects ?? {}).find(([name]) => name.endsWith(design === 'virtual' ? 'StackChunk' : 'Recital'));
        figures[design + '_objects_count'] = objects?.[1][0] ?? 0;
        figures[design + '_objects_bytes'] = objects?.[1][1] ?? 0;
        figures.client3_bytes = barAt(run, 3, us)?.bytes ?? 0;
      }
      return { holds, figures };
    },

    'stopped-reader'(recording) {
      const figures = {};
      let stuck = true;
      for (const run of recording.runs) {
        const room = run.bars.filter(bar => bar.kind === 'room').sort((a, b) => b.to - b.from - (a.to - a.from))[0];
        figures[run.design + '_room_us'] = room && room.to - room.from;
        figures[run.design + '_held_up_count'] = heldUp(run, room);
        stuck &&= room !== undefined;
      }
      const held = recording.runs.flatMap(run => run.held ?? []).map(entry => entry[2]);
      figures.held_bytes = Math.max(0, ...held);
      return { holds: stuck && figures.virtual_held_up_count === 0 && figures.selector_held_up_count === 0 && figures.sequential_held_up_count > 0, figures };
    },

    leaver(recording) {
      const figures = {};
      let holds = true;
      for (const run of recording.runs) {
        for (const what of ['left', 'reset']) {
          const client = run.clients.find(c => c.events.some(event => event[1] === what));
          const noticed = client?.end && client.end[0] - client.events.find(event => event[1] === what)[0];
          if (noticed !== undefined) {
            figures[`${run.design}_${what}_us`] = noticed;
            holds &&= client.end[2] !== 'finished';
          }
        }
      }
      return { holds: holds && (figures.virtual_left_us ?? 0) > 0, figures };
    },

    'hog-sleeps': recording => hog(recording, 0),

    'hog-burns': recording => hog(recording, 1),

    crowd(recording) {
      const figures = {};
      for (const run of recording.runs) {
        const peak = run.counts.reduce((best, count) => count[1].open > (best?.open ?? -1) ? count[1] : best, undefined);
        const idle = run.counts[0]?.[1];
        figures[run.design + '_threads_count'] = peak?.threads ?? 0;
        figures[run.design + '_kib'] = (peak?.resident_kib ?? 0) - (idle?.resident_kib ?? 0);
        figures.open_count = Math.max(figures.open_count ?? 0, peak?.open ?? 0);
      }
      return { holds: figures.platform_threads_count > figures.open_count
        && figures.virtual_threads_count < figures.open_count && figures.selector_threads_count < figures.open_count, figures };
    },

    crash(recording) {
      const killed = recording.runs.filter(run => run.over);
      const lost = run => run.clients.filter(client => !client.end || client.end[2] !== 'finished').length;
      const one = killed.find(run => run.group === 'one');
      const two = recording.runs.filter(run => run.group === 'two');
      return {
        holds: one !== undefined && lost(one) === one.clients.length && two.some(run => run.over) && two.some(run => !run.over && lost(run) === 0),
        figures: { one_lost_count: one ? lost(one) : 0, two_lost_count: two.reduce((n, run) => n + lost(run), 0),
          two_all_count: two.reduce((n, run) => n + run.clients.length, 0),
          process_kib: Math.max(...two.flatMap(run => run.counts).map(count => count[1].resident_kib ?? NaN)) },
      };
    },
  };

  /** How many stacks of a freeze serve clients: threads in the design's own file, but for one that accepts. */
  function servingStacks(run, freeze, sources) {
    const lines = (sources[run.file] ?? '').split('\n');
    const accept = stepLines(lines.join('\n'))[2] ?? 0;
    const end = blockEnd(lines, accept);
    return freeze.threads.filter(thread => {
      const top = ownFrames(thread.frames, sources).find(f => f.file === run.file);
      return top && !(top.line >= accept && top.line <= end);
    }).reduce((total, thread) => total + (thread.count ?? 1), 0);
  }

  function hog(recording, burns) {
    const figures = {};
    for (const run of recording.runs) {
      const name = run.design + (run.options?.parallelism ?? '');
      const work = run.bars.find(bar => bar.kind === 'work');
      figures[name + '_longest_us'] = longest(run, ['wait', 'late'], work?.client);
      figures[name + '_held_up_count'] = heldUp(run, work);
    }
    const selector = runOf(recording, 'selector');
    const others = selector.clients.length - 1;
    figures.others_count = others;
    figures.work_us = selector.faults[0].ms * 1000;
    figures.pace_us = recording.delayUs;
    const blocked = figures.selector_held_up_count === others;
    return { holds: blocked && (burns ? figures.virtual1_held_up_count === others : figures.virtual_held_up_count === 0), figures };
  }

  /** What a lesson claims about a recording: { holds, figures }; undefined if the recording lacks what it needs. */
  function claim(name, recording) {
    try {
      return CLAIMS[name]?.(recording);
    } catch (missing) {
      return undefined; // a run, a client or a freeze that this lesson needs is not in the recording
    }
  }

  /** Puts figures into a text: "after {sixth_sequential_us}" to "after 9.03 s". */
  function fill(text, figures) {
    return text.replace(/\{(\w+)\}/g, (whole, key) => {
      const value = figures[key];
      if (value === undefined || !Number.isFinite(value)) return '(not recorded)';
      if (key.endsWith('_us')) return duration(value);
      if (key.endsWith('_bytes')) return bytes(value);
      if (key.endsWith('_kib')) return (value / 1024).toFixed(value < 10240 ? 1 : 0) + ' MiB';
      if (key.endsWith('_percent')) return value.toFixed(value > 99 ? 1 : 0) + ' %';
      return number(value);
    });
  }

  return { LATE_US, STUCK_US, STEP_OF, DESIGNS, read, threadWords, lanes, onThread, hasReturned, barAt, tally, tallyWords, moment, freezeAt, countAt, gaugeWords, frame, ownFrames, stackWords,
    stepLines, blockEnd, stateWords, standing, sentence, facts, observing, claim, fill, duration, bytes, number, plural };
})();
