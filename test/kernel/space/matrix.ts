/**
 * Tables as they stand in a book: a line of column names, and rows that begin with their name. Cells are single words;
 * a `|` is decoration.
 */
export function readMatrix(text: string): readonly (readonly [row: string, column: string, cell: string])[] {
  const [columns = [], ...rows] = text
    .split('\n')
    .map(line => line.replaceAll('|', ' ').trim())
    .filter(line => line !== '')
    .map(line => line.split(/ +/))
  return rows.flatMap(([row = '', ...cells]) => {
    if (cells.length !== columns.length) throw new Error(`the row ${row} has ${cells.length} cells`)
    return cells.map((cell, i) => [row, columns[i]!, cell] as const)
  })
}
