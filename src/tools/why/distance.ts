/** How far packets have come, by the hop limit that is left of them. */

/** Hop limits that systems begin with: Linux and macOS 64, Windows 128, much network gear 255 (and 32 of old). */
const BEGINNINGS = [32, 64, 128, 255] as const

/** Hops that a packet has made, guessed from what is left: the least of the usual beginnings that it can have had. */
export function distanceOf(left: number): number {
  const began = BEGINNINGS.find(beginning => left <= beginning && beginning - left < 32) ?? 255
  return began - left
}

/** `nearer`: the first has come from nearer than the second. */
export function compareDistances(one: number, other: number): 'same' | 'nearer' | 'farther' {
  const difference = distanceOf(one) - distanceOf(other)
  return difference === 0 ? 'same' : difference < 0 ? 'nearer' : 'farther'
}
