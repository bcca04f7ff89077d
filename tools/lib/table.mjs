// Plain tables for a terminal.

/** Characters a terminal shows for a text; wide enough for what the tools print. */
const width = (text) => [...text].length

/**
 * Lay rows out in columns. Numbers are set to the right.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | number)[])[]} rows
 * @returns {string}
 */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))))
  const right = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[-\d]/.test(String(row[column] ?? ''))),
  )
  const line = (row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat(widths[column] - width(cell))
        return right[column] ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  return [
    line(cells[0]),
    widths.map((n) => '-'.repeat(n)).join('  '),
    ...cells.slice(1).map(line),
  ].join('\n')
}
