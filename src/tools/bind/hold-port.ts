/** Keeps the ports of a lease bound, against programs that don't ask. */
import { UNSPECIFIED_V4, UNSPECIFIED_V6 } from '../../model/address.ts'
import type { KeptSocket, OS } from '../../os/os.ts'
import { isLive } from './live-claims.ts'

/** How often it is looked whether the lease still stands, milliseconds. */
const EVERY = 500

/**
 * Binds TCP and UDP on all addresses with SO_REUSEPORT alone: no other user and no program that doesn't set that option
 * can bind the port; the holder's own server can, if it does (socket(7)). Nothing listens, so nothing is answered.
 * `ready` is called with the number of sockets that are bound. Resolves when the lease has ended or the signal aborts.
 */
export async function holdPort(
  os: OS,
  nonce: string,
  ready: (bound: number) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const store = await os.claims()
  const find = () =>
    store
      .list()
      .find(claim => claim.nonce === nonce && claim.state === 'held' && isLive(store, claim, os.clock.now()))
  const claim = find()
  const kept: KeptSocket[] = []
  try {
    for (let i = 0; i < (claim?.count ?? 0); i++)
      for (const protocol of ['tcp', 'udp'] as const)
        kept.push(...(await hold(os, protocol, claim!.first + i)))
    await ready(kept.length)
    while (kept.length > 0 && find() !== undefined && !signal.aborted)
      await os.clock.sleep(EVERY, signal).catch(() => {})
  } finally {
    for (const socket of kept) await socket.close()
  }
}

async function hold(os: OS, protocol: 'tcp' | 'udp', port: number): Promise<readonly KeptSocket[]> {
  const options = { protocol, port, reusePort: true, keep: true }
  const dual = await os.bind({ ...options, address: UNSPECIFIED_V6, v6only: false })
  const bound = dual.errno === null ? dual : await os.bind({ ...options, address: UNSPECIFIED_V4 })
  if (bound.errno !== null || bound.kept === undefined) return []
  // Where the socket is Node's own it listens, and would answer in the name of a server that isn't there.
  if (bound.kept.fd !== null) return [bound.kept]
  await bound.kept.close()
  return []
}
