/**
 * The words between a host that asks from afar and the agent that answers there: lines of JSON, and values of the seam in
 * them. Reads and writes text, and knows no stream.
 */
export { Lines } from './lines.ts'
export {
  AGENT_PROTOCOL,
  type Answer,
  type Hello,
  MOST_ANSWER,
  MOST_QUESTION,
  type Question,
  readAnswer,
  readQuestion,
  STREAM_WINDOW,
  writeAnswer,
  writeQuestion,
} from './messages.ts'
export { decodeValue, encodeValue, type Json } from './values.ts'
