/**
 * Apply: changes our own table of the packet filter without locking anyone out.
 *
 * Answers whether a change was made, is on trial, was confirmed or rolled back, and why (`applyRules`, `confirmTrial`,
 * `rollBackTrial`, `trialStatus`); keeps watch over a trial (`watchTrial`); opens and
 * closes single ports (`planPort`, `carryOutPort`); makes a policy of what listens (`policyFromSockets`). Touches the table `inet portolan` alone. A
 * plan is made and both ways are checked before anything changes; one change at a time. Does not say whether the rules
 * are good. Sources: nft(8), flock(2), ssh(1).
 */
export {
  type ApplyRequest,
  type ApplyResult,
  applyRules,
} from './begin-trial.ts'
export { carryOutPort, portWhat } from './carry-out-port.ts'
export {
  type ConfirmOptions,
  confirmTrial,
  rollBackTrial,
  type TrialAnswer,
  trialStatus,
} from './confirm.ts'
export { keepOverReboot } from './keep-over-reboot.ts'
export { type Login, loginOf, loginText } from './login.ts'
export { managerOf, type PortManager } from './manager-commands.ts'
export { type PersistAdvice, persistPlan } from './persist-plan.ts'
export { type PortPlan, planPort } from './plan-port.ts'
export { policyFromSockets, type SocketPolicy } from './policy-from-sockets.ts'
export type { PortRequest } from './port-change.ts'
export { finishLeftTrial } from './roll-back.ts'
export { endText, secondsLeft } from './trial-findings.ts'
export { watchTrial } from './watch-trial.ts'
