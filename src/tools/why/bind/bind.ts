/**
 * The reverse question: why can't others reach a port of this host?
 *
 * Answers by the socket table, what holds the listener back, and the packet filters of this host, region by region. Sends nothing, and
 * doesn't answer for what lies between: routers and the filters of others.
 */
export { BIND_CHECKS, type WhyBindOptions, whyBind } from './why-bind.ts'
