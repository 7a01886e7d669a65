'use strict';

/*
 * The code columns: one for each source file in which the shown runs stand, and those that the lesson says to read.
 * The line where the chosen client is carries a tag for each run; with a freeze, lines carry how many threads stand there.
 */
const code = (() => {
  let columns = [];
  let sources = {};
  let shown; // what the marks say, so that they are set only when that changes

  /** Builds the columns. files: names in order; read: [{ file, find, say }], the lines that the lesson points at. */
  function build(parent, allSources, files, read) {
    sources = allSources;
    shown = undefined;
    columns = files.filter(file => file in sources).map(file => column(file, read.filter(line => line.file === file)));
    parent.replaceChildren(...columns.map(c => c.element));
    parent.dataset.columns = columns.length;
    for (const file of files.filter(name => !(name in sources))) {
      const note = document.createElement('p');
      note.className = 'note';
      note.textContent = `${file} is not in this recording.`;
      parent.append(note);
    }
  }

  function column(file, read) {
    const source = sources[file];
    const text = source.replace(/\n$/, '').split('\n');
    const element = document.createElement('figure');
    const heading = document.createElement('figcaption');
    heading.append(strong(file));
    const hints = document.createElement('p');
    hints.className = 'hints';
    const scroller = document.createElement('div');
    scroller.className = 'scroller';
    scroller.tabIndex = 0;
    scroller.setAttribute('role', 'region');
    scroller.setAttribute('aria-label', file);
    const table = document.createElement('div');
    table.className = 'lines';
    const rows = highlight(source).slice(0, text.length).map((content, i) => {
      const row = document.createElement('div');
      row.className = /\/\/ STEP \d/.test(text[i]) ? 'line step' : 'line';
      const n = document.createElement('span');
      n.className = 'n';
      n.textContent = i + 1;
      const c = document.createElement('code');
      c.append(...content);
      const tags = document.createElement('span');
      tags.className = 'tags';
      const cell = document.createElement('div');
      cell.className = 'cell';
      cell.style.setProperty('--indent', Math.max(0, text[i].search(/\S/)));
      cell.append(c, tags);
      row.append(n, cell);
      table.append(row);
      return row;
    });
    scroller.append(table);
    const stacks = document.createElement('div');
    stacks.className = 'stacks';
    element.append(heading, scroller, stacks, hints);
    const result = { file, text, rows, element, scroller, stacks, steps: model.stepLines(source), read: [] };
    for (const hint of read) {
      const line = hint.last ? text.findLastIndex(l => l.includes(hint.find)) : text.findIndex(l => l.includes(hint.find));
      if (line < 0) {
        continue;
      }
      result.read.push(line + 1);
      rows[line].classList.add('read');
      const link = document.createElement('button');
      link.type = 'button';
      link.textContent = `line ${line + 1}`;
      link.addEventListener('click', () => scrollTo(result, line + 1));
      const words = document.createElement('span');
      words.append(link, ' ' + hint.say);
      hints.append(words);
    }
    return result;
  }

  /** Lines of nodes, without their indentation: Prism's tokens, cut at the ends of lines. Without Prism, plain text. A long line may go on before a dot or after a parenthesis. */
  function highlight(source) {
    const lines = [[]];
    const put = (content, type) => {
      if (Array.isArray(content)) {
        content.forEach(part => put(part, type));
      } else if (typeof content === 'object') {
        put(content.content, content.type);
      } else {
        content.split('\n').forEach((part, i) => {
          if (i > 0) {
            lines.push([]);
          }
          const line = lines.at(-1);
          const text = line.length ? part : part.trimStart();
          if (text !== '') {
            const span = document.createElement('span');
            span.textContent = text;
            if (type) {
              span.className = 't-' + type;
            }
            if (text === '.' || line.at(-1)?.textContent === '(' && text !== ')') {
              line.push(document.createElement('wbr'));
            }
            line.push(span);
          }
        });
      }
    };
    put(window.Prism?.languages?.java ? Prism.tokenize(source, Prism.languages.java) : source);
    return lines;
  }

  function strong(text) {
    const element = document.createElement('strong');
    element.textContent = text;
    return element;
  }

  /** Scrolls a column so that a line is the second one that is seen. */
  function scrollTo(col, line) {
    const row = col.rows[Math.max(0, line - 2)];
    if (row) {
      col.scroller.scrollTo(0, row.offsetTop);
    }
  }

  function paragraph(text) {
    const element = document.createElement('div');
    element.textContent = text;
    return element;
  }

  function tag(row, text, kind) {
    const element = document.createElement('span');
    element.className = 'tag ' + kind;
    element.textContent = text;
    row.querySelector('.tags').append(element);
  }

  /** Marks where the chosen client is in each run; if frozen, also where the threads of a freeze at this moment stand. */
  function show(runs, client, us, frozen) {
    const places = runs.map(run => ({ run, client, ...placeOf(run, client, us) }));
    const freezes = runs.map(run => frozen ? model.freezeAt(run, us) : undefined);
    const seen = JSON.stringify([client, places.map(place => [place.file, place.line, place.step, place.frames, place.returned]), freezes.map(freeze => freeze?.at_us)]);
    if (seen === shown) {
      return;
    }
    shown = seen;
    for (const col of columns) {
      for (const row of col.rows) {
        row.classList.remove('now', 'block');
        const tags = row.querySelector('.tags');
        if (tags.firstChild) {
          tags.replaceChildren();
        }
      }
    }
    for (const col of columns) {
      const here = places.filter(place => place.file === col.file);
      for (const place of here.filter(p => p.line)) {
        markBlock(col, place.line);
        col.rows[place.line - 1]?.classList.add('now');
        if (col.rows[place.line - 1]) {
          tag(col.rows[place.line - 1], place.run.title, 'here');
        }
      }
      col.stacks.replaceChildren(...here.filter(place => !place.run.crowd).map(place => paragraph(`${place.run.title}${stackWords(place)}`)));
      const step = (here.find(place => place.line) ?? here.find(place => place.step))?.step;
      const line = step ? col.steps[step] ?? here.find(p => p.line)?.line : col.shown ? undefined : col.read[0] + 1; // without a step, what is to be read stands first
      if (line && col.shown !== line) {
        scrollTo(col, line);
        col.shown = line;
      }
    }
    runs.forEach((run, i) => {
      const freeze = freezes[i];
      if (!freeze) {
        return;
      }
      const alone = runs.filter(other => other.file === run.file).length === 1;
      const standing = [...model.standing(freeze, sources)].sort((a, b) => a[1] - b[1]);
      for (const [key, count] of standing) {
        const [file, line] = key.split(':');
        const col = columns.find(c => c.file === file);
        if (col) {
          tag(col.rows[line - 1], model.plural(count, 'thread') + (alone ? '' : ', ' + run.title), 'count');
          scrollTo(col, line - 1); // in the end, to where most of them stand
          col.shown = undefined;
        }
      }
    });
    for (const col of columns) { // but where the chosen client's thread stands comes first
      const row = col.rows.findIndex(r => r.querySelector('.here') && r.querySelector('.count'));
      if (row >= 0) {
        scrollTo(col, row);
      }
    }
  }

  /** The project's frames of the chosen client's last step, which is not where a thread stands now if the calls have returned. */
  function stackWords(place) {
    if (place.frames.length) {
      return `, at the last step of client ${place.client}: ${model.stackWords(place.frames)}.${place.returned ? ' These calls have returned.' : ''}`;
    }
    if (!place.run.clients.some(client => client.id === place.client)) {
      return ': not a client of this server';
    }
    return ': ' + ({ 1: 'not here yet', 2: 'no line of the server knows of this client', 6: 'gone' }[place.step] ?? 'no stack was taken');
  }

  /** Where a client is in its server's source: the frame of its last step that lies in the step's block, or else the top one. */
  function placeOf(run, client, us) {
    if (run.crowd) {
      return { file: run.file, frames: [] };
    }
    const bar = model.barAt(run, client, us);
    const step = !run.clients.some(c => c.id === client) ? undefined : bar ? model.STEP_OF[bar.kind] ?? 6 : 1; // gone: it was closed; not here: the server listens
    const own = bar ? model.ownFrames(bar.stack, sources) : [];
    const top = own.find(frame => isIn(frame, step)) ?? own.find(frame => frame.file === run.file) ?? own[0];
    return { file: top?.file ?? run.file, line: top?.line, step, frames: own, returned: bar && model.hasReturned(run, bar) };
  }

  function isIn(frame, step) {
    const col = columns.find(c => c.file === frame.file);
    const from = col?.steps[step];
    return from !== undefined && frame.line >= from && frame.line <= model.blockEnd(col.text, from);
  }

  /** From the STEP comment above a line to the end of its block: the thread may be on any line of it by now. */
  function markBlock(col, line) {
    const step = col.steps.filter(Boolean).filter(at => at <= line).sort((a, b) => a - b).at(-1);
    if (step === undefined) {
      return;
    }
    const end = model.blockEnd(col.text, step);
    if (line > end) {
      return;
    }
    for (let i = step; i <= end; i++) {
      col.rows[i - 1].classList.add('block');
    }
  }

  /** After a change of the size of letters: all is shown anew, where it belongs. */
  function again() {
    shown = undefined;
    for (const col of columns) {
      col.shown = undefined;
    }
  }

  /** All columns to the same step. */
  function toStep(step) {
    for (const col of columns) {
      if (col.steps[step]) {
        scrollTo(col, col.steps[step]);
      }
    }
  }

  return { build, show, again, toStep };
})();
