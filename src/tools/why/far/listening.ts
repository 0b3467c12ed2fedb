/** The sockets that take what arrives at a target, each with its processes and what is set on it. */
import type { Process } from '../../../model/owner.ts'
import type { Socket } from '../../../model/socket.ts'
import type { SocketOptions } from '../../../os/os.ts'
import type { Inquiry } from '../inquiry.ts'
import { type Arrival, arrivalDevice } from './arrivals.ts'
import { socketsAt } from './sockets-at.ts'
import { takersOf } from './take-in.ts'

export interface Listening {
  readonly socket: Socket
  readonly text: string
  readonly pids: readonly number[]
  /** As far as they could be read. */
  readonly processes: readonly Process[]
  readonly options?: SocketOptions
}

export async function listenersFor(
  { target }: Pick<Inquiry, 'target'>,
  arrival: Omit<Arrival, 'sure'>,
): Promise<readonly Listening[]> {
  const { view, address, port, from } = arrival
  const at = await socketsAt(view, target.protocol, port)
  const device = await arrivalDevice(arrival)
  const arriving = { protocol: target.protocol, address, port, from, device }
  const takers = takersOf(at.sockets, arriving, at.deviceOf, at.dialect)
  const holders = takers.map(socket => at.holdersOf(socket))
  const asked = holders.flatMap(([first]) => (first === undefined ? [] : [first]))
  const told = await view.os.socketOptions(asked)
  return takers.map((socket, i): Listening => {
    const first = holders[i]![0]
    const options = first === undefined ? undefined : told[asked.indexOf(first)]
    return {
      socket,
      text: at.textOf(socket),
      pids: [...new Set(holders[i]!.map(({ pid }) => pid))],
      processes: at.processesOf(socket),
      ...(options?.known === true ? { options: options.value } : {}),
    }
  })
}
