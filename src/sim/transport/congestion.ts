/**
 * How much may be on its way: slow start, congestion avoidance, fast retransmit and fast recovery (RFC 5681, RFC 6582).
 * Bytes. Neither SACK nor pacing, and no slow start after a pause.
 */

export interface Congestion {
  /** The congestion window. */
  allowed: number
  threshold: number
  /** Acknowledgements in a row that said nothing new. */
  duplicates: number
  /** The number that ends a recovery, or null outside of one. */
  recoverAt: number | null
}

/** RFC 6928. */
export const INITIAL_SEGMENTS = 10
/** RFC 5681 section 3.2. */
export const DUPLICATES = 3

/** New data was acknowledged, outside of a recovery. */
export function grown(congestion: Congestion, acknowledged: number, segment: number): void {
  congestion.duplicates = 0
  // Appropriate byte counting, two segments at most (RFC 3465).
  if (congestion.allowed < congestion.threshold) congestion.allowed += Math.min(acknowledged, 2 * segment)
  else
    congestion.allowed += Math.max(
      1,
      Math.floor((segment * Math.min(acknowledged, segment)) / congestion.allowed),
    )
}

/** The third duplicate: a segment was lost, others still arrive. `highest`: the end of all that was sent. */
export function beginRecovery(
  congestion: Congestion,
  flight: number,
  highest: number,
  segment: number,
): void {
  congestion.threshold = Math.max(Math.floor(flight / 2), 2 * segment)
  congestion.allowed = congestion.threshold + DUPLICATES * segment
  congestion.recoverAt = highest
}

/** Some of what was missing came, and the next segment is missing, too (RFC 6582 section 3.2 step 3). */
export function partlyRecovered(congestion: Congestion, acknowledged: number, segment: number): void {
  congestion.allowed = Math.max(segment, congestion.allowed - acknowledged)
  if (acknowledged >= segment) congestion.allowed += segment
}

export function recovered(congestion: Congestion): void {
  congestion.allowed = congestion.threshold
  congestion.duplicates = 0
  congestion.recoverAt = null
}

/** The retransmission timer ran out (RFC 5681 section 3.1). `again`: it had before, without anything new since. */
export function timedOut(congestion: Congestion, flight: number, segment: number, again: boolean): void {
  if (!again) congestion.threshold = Math.max(Math.floor(flight / 2), 2 * segment)
  congestion.allowed = segment
  congestion.duplicates = 0
  congestion.recoverAt = null
}
