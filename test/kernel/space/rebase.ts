/**
 * Moves a program to another block of ports. Programs are written with ports from 1 to `BLOCK` - 1; 0 keeps its meaning. A
 * block begins at an even port, so that parity stays what it is.
 */
import type { Action, Outcome, Surroundings } from '../../../src/model/space/program.ts'

/** Ports in a block: how far two programs are apart. */
export const BLOCK = 16

const move = (port: number, by: number): number => (port === 0 ? 0 : port + by)

export const moveSurroundings = (from: Surroundings, by: number): Surroundings => ({
  ...from,
  range: [move(from.range[0], by), move(from.range[1], by)],
  reserved: from.reserved.map(port => move(port, by)),
  floor: move(from.floor, by),
})

export function moveAction<A extends Action>(action: A, by: number): A {
  if ('port' in action && typeof action.port === 'number') return { ...action, port: move(action.port, by) }
  if (action.do === 'range') return { ...action, low: move(action.low, by), high: move(action.high, by) }
  return action
}

export function moveOutcome(outcome: Outcome, by: number): Outcome {
  const { local, peer } = outcome
  return {
    ...outcome,
    ...(local === undefined ? {} : { local: { ...local, port: move(local.port, by) } }),
    ...(peer === undefined ? {} : { peer: { ...peer, port: move(peer.port, by) } }),
  }
}
