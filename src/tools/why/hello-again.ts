/** A handshake of TLS that broke off, begun once more by hand: whether it ends or is reset, and from how far away. */
import { isHostAddress } from '../../model/endpoint.ts'
import type { Received, Seen } from '../../os/attempt.ts'
import { encodeClientHello } from '../../wire/tls-hello.ts'
import type { Inquiry } from './inquiry.ts'

export interface HelloAgain {
  /** What our first message was answered by. */
  readonly heard: Received
  readonly seen: Seen
}

const CONNECT_MS = 1_200
const ANSWER_MS = 1_200

/** Undefined where there was no connection. */
export async function helloAgain(inquiry: Inquiry): Promise<HelloAgain | undefined> {
  const { target, signal } = inquiry
  const attempt = await inquiry.attempt({ watch: true }, CONNECT_MS)
  if (attempt.outcome.kind !== 'yes') return undefined
  const name = isHostAddress(target.host) ? undefined : target.host.replace(/\.$/, '')
  // It goes no further, so nothing in it needs to be secret.
  const sent = await attempt.send(encodeClientHello(new Uint8Array(32).fill(1), name))
  const heard: Received =
    sent.kind === 'yes'
      ? await attempt.receive({ timeoutMs: ANSWER_MS, signal })
      : { kind: 'failed', tried: sent }
  const seen = await attempt.seen()
  await attempt.close()
  return { heard, seen }
}
