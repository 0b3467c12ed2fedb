/** Numbers over time in one line of block characters (Unicode U+2581 to U+2588). */
const BLOCKS = '▁▂▃▄▅▆▇█'

/** The lowest block is 0, the highest `top`, or the greatest of the numbers where that is more. */
export function sparkline(numbers: readonly number[], top: number): string {
  const most = Math.max(top, ...numbers, 1)
  return numbers
    .map(one => BLOCKS[Math.min(BLOCKS.length - 1, Math.floor((one / most) * BLOCKS.length))])
    .join('')
}
