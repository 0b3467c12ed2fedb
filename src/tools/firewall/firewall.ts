/**
 * Packet filters of a machine or a file: what they say of a packet, which rule decides, what they open, how two differ.
 *
 * Answers by the rules as they are now, without sending anything. Does not answer for what stands outside of them (XDP,
 * tc, programs of control groups): where such a thing is found, an accept depends on it, by name. Follows nft(8).
 */

export { printRule, printRuleset } from '../../model/filter/print/print.ts'
export {
  type Diff,
  diffRules,
  type Found,
  findPacket,
  type Lint,
  lintRules,
  parseCondition,
} from '../../model/filter/search/search.ts'
export { decidersAt, isLocal } from './deciders-at.ts'
export { FLOW_PROTOCOLS, type FlowQuestion, parseFlowQuestion } from './flow-question.ts'
export { parseFlowSuite, type SuiteFlow } from './flow-suite.ts'
export { type GeneratedFile, generateRules, RULE_LANGUAGES, type RuleLanguage } from './generate.ts'
export { entryOf, type FlowAnswer, type Judged, judgeFlow, withDeciders } from './judge-flow.ts'
export { type FilterManager, managersOf } from './managers.ts'
export { packetText } from './packet-text.ts'
export { type ReadHost, readHost } from './read-host.ts'
export { type LiveRuleset, readRuleset } from './read-ruleset.ts'
export { patternText } from './rule-fields.ts'
export { type ChainListing, chainsInOrder, type RuleListing } from './rules-in-order.ts'
export {
  RULESET_FORMATS,
  type RulesetFormat,
  type RulesetText,
  type RulesetTextOptions,
  rulesetFromText,
} from './ruleset-text.ts'
