/**
 * The reverse question: why can others not reach a port of this host?
 *
 * Answers by the socket table, the listener's state and the rules of this host; not for what lies between it and the others.
 */
export { BIND_CHECKS, type WhyBindOptions, whyBind } from './why-bind.ts'
