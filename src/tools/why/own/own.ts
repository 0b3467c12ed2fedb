/**
 * What this host itself says of a flow: the route or rule that decides, and where its own filter stops it.
 *
 * Answers by its tables as they are. What the attempt showed is weighed by the checks.
 */
export { decidingRoute, routeText, ruleText } from './deciding-route.ts'
export { noRoute } from './no-route.ts'
