/**
 * A barrier on loopback: packets that one processor sends through it are delivered in the order of their sending, so when a
 * datagram of ours has arrived, so has everything that was sent before it.
 */
import { bind, close, openSocket, poll, receive, send } from './calls.ts'

/** A packet may make another be sent, which makes a third: SYN, SYN and ACK, ACK; or FIN, ACK, and RST. */
const ROUNDS = 3
const PATIENCE_MS = 1000

/** `port` must be nobody else's. Also answers how to close it. */
export function openBarrier(port: number): { readonly settle: () => void; readonly close: () => void } {
  const fd = openSocket('udp', 'ipv4')
  const self = { address: '127.0.0.99', port }
  if (bind(fd, self) !== 'OK') throw new Error('the barrier has no port')
  let number = 0
  return {
    settle() {
      for (let i = 0; i < ROUNDS; i++) {
        number = (number + 1) >>> 0
        if (send(fd, number, self) !== 'OK') throw new Error('the barrier could not send')
        while (receive(fd) !== number)
          if (poll([fd], PATIENCE_MS)[0] === 0) throw new Error('loopback delivers nothing')
      }
    },
    close: () => close(fd),
  }
}
