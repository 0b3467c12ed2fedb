/**
 * A pool in its steady state: how many ports a rate of connections holds, and which rate a number of ports bears.
 *
 * Little's law: what is held is the rate times how long each is held, whatever the distributions.
 */

/** Ports held at once: `rate` connections a second, each for `hold` seconds. */
export const heldAt = (rate: number, hold: number): number => (rate === 0 ? 0 : rate * hold)

/** Connections a second that `usable` ports bear for ever; `Infinity` where none is held. */
export const sustainableRate = (usable: number, hold: number): number => usable / hold

/** Standard deviation of the number held, when connections come at random (Poisson): its root. */
export const spreadOf = (held: number): number => Math.sqrt(Math.max(0, held))

/** What is held now may by chance alone reach the limit: within three standard deviations of it. */
export const withinNoiseOf = (held: number, usable: number): boolean => held + 3 * spreadOf(held) > usable
