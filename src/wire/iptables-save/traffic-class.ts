/** The whole byte of type of service: RFC 791 section 3.1; of IPv6 the traffic class after the version (RFC 8200 section 3). */
import type { Expression } from '../../model/filter/expression.ts'
import type { RuleFamily } from './rule-words.ts'

export const trafficClass = (family: RuleFamily): Expression => ({
  kind: 'raw',
  base: 'nh',
  offset: family === 'ip' ? 8 : 4,
  length: 8,
})
