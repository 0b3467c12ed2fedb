/** Whether the model allows what a kernel did: every action's outcome is compared with what was expected, and adopted. */
import type {
  Action,
  End,
  Expectation,
  Outcome,
  SocketId,
  Surroundings,
} from '../../../src/model/space/program.ts'
import type { Step } from './exclusions.ts'
import { nameOf } from './notation.ts'

/** What is judged: the port space as our model has it. */
export interface Model {
  expect(action: Action): Expectation
  adopt(action: Action, outcome: Outcome): void
  /** Why it doesn't judge an action, by name; null when it does. */
  outside(action: Action): string | null
  /** What getsockname() tells of a socket. */
  localEnd(id: SocketId): End | null
  /** What getpeername() tells. */
  peerEnd(id: SocketId): End | null
}

export type OpenModel = (surroundings: Surroundings) => Model

export interface Disagreement {
  /** The step that was expected otherwise. */
  readonly at: number
  readonly why: string
}

export function judge(
  openModel: OpenModel,
  surroundings: Surroundings,
  steps: readonly Step[],
): Disagreement | null {
  const model = openModel(surroundings)
  for (const [at, { action, outcome }] of steps.entries()) {
    const name = model.outside(action)
    if (name !== null) return { at, why: `left out by the model, ${name}` }
    const why = objection(model.expect(action), outcome)
    if (why !== null) return { at, why }
    model.adopt(action, outcome)
    const misnamed = misnaming(model, action, outcome)
    if (misnamed !== null) return { at, why: misnamed }
  }
  return null
}

/** Whatever came of the action, the socket has the ends then that the model says. */
function misnaming(model: Model, action: Action, { errno, local, peer }: Outcome): string | null {
  const id = action.do === 'accept' && errno === 'OK' ? action.as : action.id
  if (local !== undefined && !isSame(model.localEnd(id), local))
    return `then at ${endName(local)} instead of ${endName(model.localEnd(id))}`
  if (peer !== undefined && !isSame(model.peerEnd(id), peer))
    return `from ${endName(peer)} instead of ${endName(model.peerEnd(id))}`
  return null
}

const isSame = (one: End | null, { address, port }: End): boolean =>
  one?.address === address && one.port === port
const endName = (end: End | null): string => (end === null ? 'nowhere' : `${end.address} port ${end.port}`)

/** What is wrong with the outcome, or null. Beside the errno, only what succeeded is judged. */
export function objection(expected: Expectation, { errno, local, receiver }: Outcome): string | null {
  const { errnos, address, ports, receivers } = expected
  if (!errnos.includes(errno)) return `${errno} instead of ${errnos.join(' or ')}`
  if (errno !== 'OK') return null
  if (local !== undefined && address !== undefined && local.address !== address)
    return `local address ${local.address} instead of ${address}`
  if (local !== undefined && ports !== undefined && !ports(local.port))
    return `port ${local.port}, which could not be had`
  if (receivers !== undefined && receiver !== undefined) {
    const allowed = receivers(local?.port ?? 0)
    if (!allowed.includes(receiver))
      return `${receiverName(receiver)} got it instead of ${allowed.map(receiverName).join(' or ')}`
  }
  return null
}

const receiverName = (id: number | null): string => (id === null ? 'nobody' : nameOf(id))
