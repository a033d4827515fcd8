// The document of the check page in an editor (CodeMirror 6) instead of its text area, which stays the field of the form.
// It stands in a shadow tree: there its styles are objects, which the page's Content-Security-Policy takes as they are.

const MARKS = { deny: "✕", warn: "!", inform: "i" };

/** What is wrong by the number of its line, as the page lists it: the strictest action, and every text. */
function readMarks() {
  const marks = new Map();
  for (const line of document.querySelectorAll(".listing li.marked")) {
    const texts = [];
    for (let said = line.nextElementSibling; said?.classList.contains("said"); said = said.nextElementSibling) {
      texts.push(said.textContent);
    }
    marks.set(Number(line.id.slice("line-".length)), { action: line.classList[1], texts });
  }
  return marks;
}

/** Marks of lines: a sign beside the line, a colour behind it, and below it what is wrong. They move with their lines. */
function markLines(cm, marks) {
  class Sign extends cm.GutterMarker {
    constructor(action) {
      super();
      this.action = action;
      this.elementClass = `sign ${action}`;
    }
    toDOM() {
      return document.createTextNode(MARKS[this.action] ?? "");
    }
  }
  class Said extends cm.WidgetType {
    constructor(mark) {
      super();
      this.mark = mark;
    }
    toDOM() {
      const told = document.createElement("ul");
      told.className = `said ${this.mark.action}`;
      for (const text of this.mark.texts) told.appendChild(document.createElement("li")).textContent = text;
      return told;
    }
  }
  const at = (state) =>
    [...marks].filter(([number]) => number <= state.doc.lines).map(([number, mark]) => [state.doc.line(number), mark]);
  const field = cm.StateField.define({
    create: (state) => ({
      lines: cm.Decoration.set(
        at(state).flatMap(([line, mark]) => [
          cm.Decoration.line({ class: `marked ${mark.action}` }).range(line.from),
          cm.Decoration.widget({ widget: new Said(mark), block: true, side: 1 }).range(line.to),
        ]),
        true,
      ),
      signs: cm.RangeSet.of(at(state).map(([line, mark]) => new Sign(mark.action).range(line.from)), true),
    }),
    update: (found, change) =>
      change.docChanged ? { lines: found.lines.map(change.changes), signs: found.signs.map(change.changes) } : found,
    provide: (own) => cm.EditorView.decorations.from(own, (found) => found.lines),
  });
  return [field, cm.gutter({ class: "signs", markers: (view) => view.state.field(field).signs })];
}

const STYLE = {
  "&": { height: "100%", color: "var(--text)", fontSize: "var(--small)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--code)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-gutters": { background: "var(--sunk)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-placeholder": { color: "var(--soft)" },
  ".cm-specialChar": { color: "var(--deny)" },
  ".cm-searchMatch": { background: "var(--warn-back)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { background: "var(--know-back)", outline: "2px solid var(--focus)" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--know-back)", outline: "1px solid var(--know)" },
  "&.cm-focused .cm-nonmatchingBracket": { background: "var(--deny-back)" },
  ".cm-panels": { background: "var(--sunk)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panel.cm-search": { fontFamily: "system-ui, sans-serif" },
  ".cm-panel.cm-search label, .cm-panel.cm-search input, .cm-panel.cm-search button": { fontSize: "inherit" },
  ".cm-textfield, .cm-button": { background: "var(--card)", color: "var(--text)", border: "1px solid var(--soft)" },
  ".cm-button": { backgroundImage: "none" },
  ".cm-panel.cm-search [name=close]": { color: "var(--text)" },
  ".signs .cm-gutterElement": { width: "1.25rem", textAlign: "center", fontWeight: "700" },
  ".marked.deny, .said.deny, .sign.deny": { background: "var(--deny-back)" },
  ".marked.warn, .said.warn, .sign.warn": { background: "var(--warn-back)" },
  ".marked.inform, .said.inform, .sign.inform": { background: "var(--know-back)" },
  ".said.deny, .sign.deny": { color: "var(--deny)" },
  ".said.warn, .sign.warn": { color: "var(--warn)" },
  ".said.inform, .sign.inform": { color: "var(--know)" },
  ".said": { margin: "0", padding: "0 0 .25rem", listStyle: "none", fontFamily: "system-ui, sans-serif" },
  ".said li": { position: "sticky", left: "4rem", width: "min(44rem, 100cqw - 5rem)", whiteSpace: "normal" },
  ".tok-propertyName, .tok-definition": { color: "var(--know)" },
  ".tok-string": { color: "var(--good)" },
  ".tok-number, .tok-bool, .tok-null, .tok-keyword, .tok-atom": { color: "var(--warn)" },
  ".tok-comment": { color: "var(--soft)", fontStyle: "italic" },
  ".tok-invalid": { color: "var(--deny)" },
};

/** Put an editor in the place of a text area. `address` is where CodeMirror is. */
export async function mount(area, address) {
  const cm = await import(address);
  if (!area.isConnected || area.hidden) return;
  const [label] = area.labels;
  const language = new cm.Compartment();
  const isJson = () => /^\s*[[{]/.test(area.value.slice(0, 1000));
  let wasJson = isJson();
  const follow = (update) => {
    if (!update.docChanged) return;
    area.value = update.state.doc.toString();
    if (wasJson === isJson()) return;
    wasJson = !wasJson;
    update.view.dispatch({ effects: language.reconfigure(wasJson ? cm.json() : cm.yaml()) });
  };
  const makeState = (marks, selection) =>
    cm.EditorState.create({
      doc: area.value,
      selection,
      extensions: [
        markLines(cm, marks),
        cm.lineNumbers(),
        cm.history(),
        cm.search({ top: true }),
        cm.bracketMatching(),
        cm.highlightSpecialChars(),
        cm.placeholder(area.placeholder),
        cm.keymap.of([...cm.searchKeymap, ...cm.defaultKeymap, ...cm.historyKeymap]),
        language.of(wasJson ? cm.json() : cm.yaml()),
        cm.syntaxHighlighting(cm.classHighlighter),
        cm.EditorView.theme(STYLE),
        cm.EditorView.contentAttributes.of({ "aria-label": label.textContent, tabindex: "0" }),
        cm.EditorView.domEventHandlers({ drop: (event) => event.dataTransfer.files.length > 0 }), // console.js reads it
        cm.EditorView.updateListener.of(follow),
      ],
    });
  const host = document.createElement("div");
  host.className = "editor";
  host.dataset.drop = area.id;
  host.style.height = `${area.offsetHeight}px`;
  const hadFocus = document.activeElement === area;
  const marks = readMarks();
  const { selectionStart: anchor, selectionEnd: head } = area;
  const root = host.attachShadow({ mode: "open" });
  const view = new cm.EditorView({ state: makeState(marks, { anchor, head }), parent: root, root });
  area.after(host);
  area.hidden = true;
  area.addEventListener("input", () => {
    wasJson = isJson();
    view.setState(makeState(new Map()));
    view.focus();
  });
  label.addEventListener("click", () => view.focus());
  if (hadFocus) view.focus();
  const [first] = marks.keys();
  const shown = hadFocus ? head : first <= view.state.doc.lines ? view.state.doc.line(first).from : 0;
  view.dispatch({ effects: cm.EditorView.scrollIntoView(shown, { y: "center" }) });
}
