/**
 * Erlang's loss formula: which share of connections finds no port, when they come at random and none waits.
 *
 * The recursion of the formula (A. K. Erlang, 1917), which neither overflows nor loses digits; it holds for every
 * distribution of hold times.
 */

/**
 * Blocked share, 0 to 1. `load`: rate times hold, in erlang; `ports`: whole number. Takes time in proportion to
 * `ports`.
 */
export function erlangB(load: number, ports: number): number {
  if (load <= 0) return 0
  let blocked = 1
  for (let n = 1; n <= ports; n++) blocked = (load * blocked) / (n + load * blocked)
  return blocked
}

/** The least number of ports that blocks no more than `most`, a share above 0. */
export function portsForBlocking(load: number, most: number): number {
  if (load <= 0) return 0
  let blocked = 1
  let n = 0
  while (blocked > most) {
    n++
    blocked = (load * blocked) / (n + load * blocked)
  }
  return n
}
