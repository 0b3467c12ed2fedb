/**
 * What this host itself says of a flow: the route or rule that decides, and where its own filter stops it.
 *
 * Answers by its tables as they are. What the attempt showed is weighed by the checks.
 */
export { asksMore, decidingRoute, routeText, ruleText } from './deciding-route.ts'
export { deviceWay } from './device-way.ts'
export { noRoute } from './no-route.ts'
export { queueDrops } from './queue-drops.ts'
