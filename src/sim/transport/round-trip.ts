/** The retransmission timeout from measured round trips (RFC 6298; the least added to the mean as Linux's `tcp_rtt_estimator` does). */
import type { TcpSettings } from './settings.ts'

export interface RoundTrip {
  /** Smoothed round-trip time, ms; 0 before the first measurement. */
  smoothedMs: number
  variationMs: number
  /** Retransmission timeout, ms, backed off where it was. */
  timeoutMs: number
}

export function measured(trip: RoundTrip, ms: number, settings: TcpSettings): void {
  if (trip.smoothedMs === 0) {
    trip.smoothedMs = ms
    trip.variationMs = ms / 2
  } else {
    trip.variationMs = 0.75 * trip.variationMs + 0.25 * Math.abs(trip.smoothedMs - ms)
    trip.smoothedMs = 0.875 * trip.smoothedMs + 0.125 * ms
  }
  unbacked(trip, settings)
}

/** Takes back what timeouts have doubled. */
export function unbacked(
  trip: RoundTrip,
  { leastTimeoutMs, mostTimeoutMs, initialTimeoutMs }: TcpSettings,
): void {
  trip.timeoutMs =
    trip.smoothedMs === 0
      ? initialTimeoutMs
      : Math.min(mostTimeoutMs, trip.smoothedMs + Math.max(leastTimeoutMs, 4 * trip.variationMs))
}

export function backedOff(trip: RoundTrip, { mostTimeoutMs }: TcpSettings): void {
  trip.timeoutMs = Math.min(mostTimeoutMs, trip.timeoutMs * 2)
}
