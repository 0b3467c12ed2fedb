/**
 * The rules that are in force on a host, and what they say of one packet: the part of the firewall's face that a diagnosis needs,
 * without what reads files, searches all packets and compares rule sets.
 *
 * Answers and doesn't answer as `firewall.ts`, whose names these are, too.
 */
export { heedDeciders } from './concerned-deciders.ts'
export { decidersAt } from './deciders-at.ts'
export { type FlowQuestion, parseFlowQuestion } from './flow-question.ts'
export { entryOf, type FlowAnswer, type Judged, judgeFlow } from './judge-flow.ts'
export { type NeighbourChain, neighbourChains } from './neighbour-rules.ts'
export { type ReadHost, readHost } from './read-host.ts'
export { type LiveRuleset, readRuleset } from './read-ruleset.ts'
export { type ChainListing, chainsInOrder, type RuleListing } from './rules-in-order.ts'
export { type UnreadPart, unreadParts } from './unread-parts.ts'
