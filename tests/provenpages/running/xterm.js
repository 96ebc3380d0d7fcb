// What xterm.js shows: a JSON line {written, rows, columns} in, its lines out.
const readline = require("node:readline");
const { Terminal } = require("@xterm/headless");
const { Unicode11Addon } = require("@xterm/addon-unicode11");

const WIDE = 2;

function show({ written, rows, columns }) {
  const terminal = new Terminal({ rows, cols: columns, scrollback: 10000, allowProposedApi: true, logLevel: "off" });
  // An emoji takes two columns, as it does in VS Code's terminal.
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  return new Promise((resolve) => {
    terminal.write(written, () => {
      resolve(lines(terminal.buffer.active));
      terminal.dispose();
    });
  });
}

function lines(buffer) {
  const found = [];
  for (let y = 0; y < buffer.length; y++) {
    const row = buffer.getLine(y);
    const text = row.translateToString();
    if (!y || !row.isWrapped) {
      found.push(text);
    } else {
      const last = buffer.getLine(y - 1).getCell(row.length - 1);
      // A wide character that didn't fit in the last column has left it blank.
      const skipped = row.getCell(0).getWidth() === WIDE && last.getWidth() && !last.getChars();
      found.push((skipped ? found.pop().slice(0, -1) : found.pop()) + text);
    }
  }
  return found;
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await show(JSON.parse(line))));
  }
})();
