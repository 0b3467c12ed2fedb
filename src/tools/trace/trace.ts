/**
 * A packet's way through a machine, stage by stage: what each did to it, by which rule, and how it looks afterwards, to the socket
 * and the process that get it, or the neighbour that it is sent to. And through a whole network, one machine after the other.
 *
 * Answers from rules, routes, tracked connections, sockets and neighbours as they are now, without sending anything. Doesn't answer
 * for what the wire does, nor for what stands outside of the rules: where such a thing is found, an accept depends on it.
 * Follows ip_rcv, ip_route_input_slow, ip_local_deliver, ip_forward and ip_output of Linux.
 */
export { STAGE_NAMES, type StageName } from '../../model/path/stages.ts'
export { answerPacket } from './answer-packet.ts'
export type { Receiver } from './receiver.ts'
export { type Trace, type TraceOptions, type TraceStage, traceFlow } from './trace-flow.ts'
export type { TraceNet } from './trace-net.ts'
export {
  type Hop,
  type NetworkEnd,
  type NetworkTrace,
  type NetworkTraceOptions,
  traceHost,
  traceNetwork,
  type Walk,
} from './trace-network.ts'
