import type { ComponentChildren, VNode } from 'preact'

/** One column of a table. */
export interface Column<Row> {
  readonly title: string
  readonly isNumber?: boolean
  cell(row: Row): ComponentChildren
}

/** Rows and columns; wide ones scroll in themselves. */
export function Table<Row>({
  rows,
  columns,
  keyOf,
  label,
}: {
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  keyOf(row: Row): string
  readonly label: string
}): VNode {
  return (
    // a region that scrolls must be reachable by keys
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="scroll" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ title, isNumber }) => (
              <th key={title} scope="col" class={isNumber === true ? 'number' : ''}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, isNumber, cell }) => (
                <td key={title} class={isNumber === true ? 'number' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
