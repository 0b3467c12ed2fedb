/**
 * Closing gaps between the rows of a table, a column at a time. Used by `socket-columns.ts`.
 */

/** Moves the cells of the rows `kept` to the rows from `start` on, runs of neighbours together. */
export function gather(
  cells: Uint8Array | Uint16Array | Uint32Array | Float64Array,
  width: number,
  kept: Uint32Array,
  start: number,
): void {
  let i = 0
  while (i < kept.length) {
    const first = i
    const row = kept[i]!
    do i++
    while (i < kept.length && kept[i] === row + i - first)
    const to = (start + first) * width
    const count = (i - first) * width
    if (count > 32) cells.copyWithin(to, row * width, row * width + count)
    else for (let c = 0; c < count; c++) cells[to + c] = cells[row * width + c]!
  }
}

/** The same for what is kept by row number. */
export function gatherKeys<T>(map: Map<number, T>, kept: Uint32Array, start: number): void {
  if (map.size === 0) return
  const moved: [number, T][] = []
  for (let i = 0; i < kept.length; i++) {
    const value = map.get(kept[i]!)
    if (value !== undefined) moved.push([start + i, value])
  }
  dropKeys(map, start)
  for (const [row, value] of moved) map.set(row, value)
}

/** Forgets the rows from `start` on. */
export function dropKeys(map: Map<number, unknown>, start: number): void {
  for (const row of map.keys()) if (row >= start) map.delete(row)
}

/** Copies what belongs to the first `rows` rows, to the rows from `start` on. */
export function copyKeys<T>(
  from: ReadonlyMap<number, T>,
  rows: number,
  to: Map<number, T>,
  start: number,
): void {
  for (const [row, value] of from) if (row < rows) to.set(start + row, value)
}
